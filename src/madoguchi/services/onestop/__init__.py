"""One window for a whole life event: sheet 1-12."""
