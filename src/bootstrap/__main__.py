"""`python -m bootstrap` is the console script under another name."""

from bootstrap.cli import main

if __name__ == "__main__":
    main()
