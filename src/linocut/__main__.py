"""Run the command line as ``python -m linocut``."""

from linocut.cli.main import main

main()
