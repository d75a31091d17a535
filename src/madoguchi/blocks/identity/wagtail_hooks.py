"""Wagtail's shell as our staff side: the entries of our menu, and our home in place of its own."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail import hooks
from wagtail.admin.ui.components import Component

from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.registries import (
    StaffMenuItem,
    StaffPanel,
    roles,
    staff_home_panels,
    staff_menu,
)

READERS = frozenset({ADMINISTRATOR, AUDITOR})

# Wagtail imports this module once all apps are ready, so every role is known
AUDIT_READERS = frozenset(found.code for found in roles if found.reads_audit)

for item in (
    StaffMenuItem(
        "identity.home", _("What is to be done"), "wagtailadmin_home", icon="home", order=0
    ),
    StaffMenuItem(
        "identity.people",
        _("People and roles"),
        "identity_staff:people",
        icon="group",
        order=800,
        roles=READERS,
    ),
    StaffMenuItem(
        "identity.departments",
        pgettext_lazy("organisation", "Departments"),
        "identity_staff:departments",
        icon="list-ul",
        order=810,
        roles=READERS,
    ),
    StaffMenuItem(
        "identity.city",
        _("City profile"),
        "identity_staff:city",
        icon="site",
        order=820,
        roles=READERS,
    ),
    StaffMenuItem(
        "identity.audit",
        _("Audit log"),
        "identity_staff:audit",
        icon="history",
        order=830,
        roles=AUDIT_READERS,
    ),
):
    staff_menu.register(item)


class HomePanel(Component):  # type: ignore[misc] # Wagtail ships no types
    """A registered panel as Wagtail's home page draws one."""

    def __init__(self, panel: StaffPanel, html: str) -> None:
        self.order = panel.order
        self.html = html

    def render_html(self, parent_context: Any = None) -> str:  # noqa: ARG002 # Wagtail's signature
        return self.html


@hooks.register("construct_homepage_panels", order=10_000)  # type: ignore[untyped-decorator] # as above
def show_staff_home(request: HttpRequest, panels: list[Any]) -> None:
    """What must be done now, as the apps say it, and nothing about Wagtail's pages."""
    rendered = [(panel, panel.render(request)) for panel in staff_home_panels]
    panels[:] = [HomePanel(panel, html) for panel, html in rendered if html]
