"""Who may open which of these addresses, and something behind each of those for staff.

A resident's pages are public in this table, which is about staff: whoever is no resident is sent
to sign in, or told so. ``tests/blocks/identity/test_resident_pages.py`` and
``tests/site/test_my_page.py`` prove it, with ``RESIDENTS_ONLY``.
"""

PUBLIC = "public"

RESIDENTS_ONLY = (
    "site:my_page",
    "site:my_data",
    "site:my_data_file",
    "site:erase_me",
    "residents:sign_out_everywhere",
    "residents:address",
    "residents:own_data",
    "residents:passkeys",
    "residents:passkey_options",
    "residents:passkey_add",
    "residents:passkey_rename",
    "residents:passkey_remove",
    "residents:app_link",
    "residents:app_unlink",
    "residents:from_app",
)

ACCESS: dict[str, str | tuple[str, ...]] = {
    "residents:sign_in": PUBLIC,
    "residents:code": PUBLIC,
    "residents:send_again": PUBLIC,
    "residents:passkey": PUBLIC,
    "residents:app": PUBLIC,
    "residents:app_back": PUBLIC,
    "residents:sign_out": PUBLIC,
    **dict.fromkeys(RESIDENTS_ONLY, PUBLIC),
}
CHANGES: dict[str, tuple[str, ...]] = {}


def args(_department):
    """Arguments by the whole name of an address; ``_department`` is the tester's own."""
    return {}
