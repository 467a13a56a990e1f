"""A witness of logs: a small program with its own file and keys, for whoever watches the ledger from outside."""
