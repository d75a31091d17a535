"""What the frame of the staff side shows to a person."""

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse

from madoguchi.blocks.identity.queries.people import acting_as
from madoguchi.kernel.registries import staff_menu


@dataclass(frozen=True, slots=True)
class StaffLink:
    """An entry of the staff menu for somebody who may open it."""

    code: str
    label: str
    url: str
    icon: str
    order: int


def staff_links(user: AbstractBaseUser | AnonymousUser) -> tuple[StaffLink, ...]:
    """The registered entries that ``user`` may open, in their order. Two queries."""
    acting = acting_as(user)
    return tuple(
        StaffLink(item.code, str(item.label), reverse(item.url_name), item.icon, item.order)
        for item in staff_menu
        if not item.roles or acting.holds(*item.roles)
    )
