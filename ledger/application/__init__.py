"""Use cases: one method each, inside one writer's turn."""
