"""The log's arithmetic."""
