"""Who may open which of these addresses, and something behind each of those for staff."""

PUBLIC = "public"
_NAMES = (
    "procedures",
    "procedure",
    "begin",
    "track",
    "leave",
    "case",
    "fill",
    "documents",
    "file",
    "remove_document",
    "check",
    "sent",
    "pdf",
    "take_off",
    "letter",
    "withdraw",
    "mend",
    "add_document",
)
"""Open to everybody: what is somebody's own asks for the tracking code or the account."""

ACCESS: dict[str, str | tuple[str, ...]] = {f"procedures:{name}": PUBLIC for name in _NAMES}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(department):  # noqa: ARG001 # as of the other areas
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    return {}
