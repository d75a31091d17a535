"""Each figure beside its peer's, measured in one run: ``make bench``."""
