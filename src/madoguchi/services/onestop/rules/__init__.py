"""One stop: rules."""
