"""A certification ledger: signed events in, verifiable certificates out."""
