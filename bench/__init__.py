"""Measures the ledger beside what it is compared with, in one run, on one disk."""
