"""Read models: one file a noun."""
