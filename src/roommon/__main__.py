"""`python -m roommon` and the console script."""

from roommon.cli.app import main

if __name__ == "__main__":
    main()
