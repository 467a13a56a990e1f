"""Replays the history and asks every rule again."""
