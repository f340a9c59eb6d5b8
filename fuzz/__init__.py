"""Give readers of files many damaged inputs: each must be read or refused in one line.

``python -m fuzz READER`` (see ``--help``). A reader is one file in ``fuzz/readers``; inputs that
failed once are kept in ``fuzz/corpus/READER`` and tried again by the tests.
"""
