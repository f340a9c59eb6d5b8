"""Run the command line, as ``linocut`` or as ``python -m linocut``."""

from linocut.cli.stopping import Stopped, leave, listen


def main() -> None:
    """Import the command line and run it; a signal to stop may come at any time."""
    try:
        listen()
        from linocut.cli.main import main as run

        run()
    except Stopped as stop:
        leave(stop)


if __name__ == "__main__":
    main()
