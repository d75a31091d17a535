"""Reading people, roles and departments."""

from madoguchi.blocks.identity.queries.departments import (
    NamePeriod,
    TreeRow,
    department_names,
    history,
    name_on,
    tree,
)
from madoguchi.blocks.identity.queries.people import (
    Acting,
    HeldRole,
    PersonRow,
    acting_as,
    find_people,
    has_second_factor,
    held_roles,
    people_in_role,
    people_rows,
)

__all__ = [
    "Acting",
    "HeldRole",
    "NamePeriod",
    "PersonRow",
    "TreeRow",
    "acting_as",
    "department_names",
    "find_people",
    "has_second_factor",
    "held_roles",
    "history",
    "name_on",
    "people_in_role",
    "people_rows",
    "tree",
]
