"""Codes of the roles that identity itself knows."""

ADMINISTRATOR = "identity.admin"
"""Manages people, departments and the city's profile."""

AUDITOR = "auditor"
"""Reads everything, changes nothing."""
