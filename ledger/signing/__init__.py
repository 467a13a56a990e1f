"""Signed bytes: strict CBOR, COSE_Sign1, keys and the root-signed key list."""
