"""Who may open which of these addresses, and something behind each of those for staff."""

ACCESS: dict[str, str | tuple[str, ...]] = {}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    return {}
