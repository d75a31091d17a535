"""Reading people, roles, departments and residents' accounts."""

from madoguchi.blocks.identity.queries.audit import AuditRow, actor_of, audit_areas, audit_rows
from madoguchi.blocks.identity.queries.departments import (
    NamePeriod,
    TreeRow,
    department_names,
    history,
    holders,
    name_on,
    own_name_on,
    shifted,
    tree,
    with_children,
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
from madoguchi.blocks.identity.queries.residents import (
    Passkey,
    account_export,
    own_values,
    passkeys,
    resident_of,
)
from madoguchi.blocks.identity.queries.shell import StaffLink, staff_links

__all__ = [
    "Acting",
    "AuditRow",
    "HeldRole",
    "NamePeriod",
    "Passkey",
    "PersonRow",
    "StaffLink",
    "TreeRow",
    "account_export",
    "acting_as",
    "actor_of",
    "audit_areas",
    "audit_rows",
    "department_names",
    "find_people",
    "has_second_factor",
    "held_roles",
    "history",
    "holders",
    "name_on",
    "own_name_on",
    "own_values",
    "passkeys",
    "people_in_role",
    "people_rows",
    "resident_of",
    "shifted",
    "staff_links",
    "tree",
    "with_children",
]
