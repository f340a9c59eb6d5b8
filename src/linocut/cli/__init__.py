"""One command a file; parsing and printing only."""
