"""`python -m ledger`."""

from ledger.cli.main import main

if __name__ == "__main__":  # A process that only verifies signatures reads this file too.
    main()
