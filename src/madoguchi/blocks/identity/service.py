"""The front door of identity: what other apps may ask about people and departments."""

from madoguchi.blocks.identity.operations import department_for
from madoguchi.blocks.identity.queries import (
    Acting,
    acting_as,
    department_names,
    has_second_factor,
    people_in_role,
)

__all__ = [
    "Acting",
    "acting_as",
    "department_for",
    "department_names",
    "has_second_factor",
    "people_in_role",
]
