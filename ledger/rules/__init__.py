"""Rules between aggregates: one predicate each, with its number; asked by the command and again by every audit."""
