"""Sums and maxima over all cuts of a line: what semi-Markov models need."""
