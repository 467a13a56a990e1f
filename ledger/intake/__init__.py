"""Spreadsheets in, people or problems out."""
