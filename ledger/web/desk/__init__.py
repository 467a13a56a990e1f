"""The desk: pages for the staff of the boards."""
