"""Procedures on the staff side: their entries in the menu and their panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.queries.desk import counts
from madoguchi.blocks.procedures.rules import access
from madoguchi.kernel import clock
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu

for _code, _label, _icon, _order, _roles in (
    ("desk", pgettext_lazy("desk", "Applications"), "tasks", 300, access.ALL_ROLES),
    ("window", _("At the window"), "form", 305, access.WORKERS),
    ("compose", _("Compose procedures"), "list-ul", 320, access.RULE_READERS),
    ("guide", _("Life-event guide: rules"), "help", 330, access.RULE_READERS),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"procedures.{_code}",
            label=_label,
            url_name=f"procedures_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=_roles,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """What waits on the desk; nothing for others or where nothing does."""
    actor = identity.acting_as(request.user)
    if not actor.holds(*access.WORKERS):
        return ""
    found = counts(actor, today=clock.today())
    if not found.to_do and not found.returned:
        return ""
    return render_to_string("procedures/desk/panel.html", {"counts": found}, request)


staff_home_panels.register(StaffPanel(code="procedures", render=render_panel, order=10))
