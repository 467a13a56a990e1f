"""The one history: its table, the writer's turn, idempotent requests, access tokens."""
