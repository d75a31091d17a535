"""One stop: queries."""
