"""The paper: what a certificate says, set as PDF."""
