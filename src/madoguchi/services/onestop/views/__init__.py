"""One stop: views."""
