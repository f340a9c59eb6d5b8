"""The offline page: collect results, put them in words, make sprites, fill the built page."""
