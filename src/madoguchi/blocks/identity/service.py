"""The front door of identity: what other apps may ask about people and departments."""

from madoguchi.blocks.identity.operations import (
    IdentityError,
    add_department,
    add_person,
    assign_role,
    close_department,
    department_for,
    rename_department,
)
from madoguchi.blocks.identity.queries import (
    Acting,
    TreeRow,
    acting_as,
    department_names,
    has_second_factor,
    people_in_role,
    tree,
)
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.blocks.identity.views.access import needed_roles, user_of

__all__ = [
    "ADMINISTRATOR",
    "AUDITOR",
    "Acting",
    "IdentityError",
    "TreeRow",
    "acting_as",
    "add_department",
    "add_person",
    "assign_role",
    "close_department",
    "department_for",
    "department_names",
    "has_second_factor",
    "needed_roles",
    "people_in_role",
    "rename_department",
    "tree",
    "user_of",
]
