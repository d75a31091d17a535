"""Who may open which of these addresses, and something behind each of those for staff."""

PUBLIC = "public"

ACCESS: dict[str, str | tuple[str, ...]] = {
    "procedures:index": PUBLIC,
    "procedures:about": PUBLIC,
    "procedures:start": PUBLIC,
    "procedures:ask": PUBLIC,
    "procedures:question": PUBLIC,
    "procedures:list": PUBLIC,
    "procedures:deadlines": PUBLIC,
    "procedures:again": PUBLIC,
}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    return {}
