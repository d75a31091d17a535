"""One stop: operations."""
