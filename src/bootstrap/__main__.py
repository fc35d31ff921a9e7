"""Where the process begins, also as `python -m bootstrap`: signals first, then everything else."""

from bootstrap.signals import leave_at_signals


def main() -> None:
    """Run the command line."""
    leave_at_signals()
    from bootstrap.cli import app  # noqa: PLC0415 - takes a while, and a signal may come meanwhile

    app()


if __name__ == "__main__":
    main()
