"""The plan on the staff side: its entries in the menu and its panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu
from madoguchi.plan.queries.desk import desk_of
from madoguchi.plan.rules import access

for _code, _label, _icon, _order, _roles in (
    ("desk", _("Reports of the plan"), "tasks", 100, access.ALL_ROLES),
    ("years", _("Fiscal years"), "calendar", 110, access.READS_EVERYTHING),
    ("overdue", _("Overdue reports"), "time", 120, access.READS_EVERYTHING),
    ("effects", _("Effect amounts"), "table", 130, access.READS_EVERYTHING),
    ("sheets", _("Sheets of the plan"), "edit", 140, frozenset({access.OFFICE})),
    ("matches", _("Plan against result"), "link", 140, access.READS_EVERYTHING),
    ("comments", _("Comments of residents"), "comment", 150, access.READS_EVERYTHING),
    ("imports", _("Import a plan"), "upload", 160, frozenset({access.OFFICE})),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"plan.{_code}",
            label=_label,
            url_name=f"plan_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=_roles,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """What waits in the plan, on the staff home; nothing for those without a role in it."""
    actor = identity.acting_as(request.user)
    if not access.may_enter(actor) or not isinstance(request.user, User):
        return ""
    desk = desk_of(actor, member=request.user.pk, today=clock.today())
    return render_to_string("plan/staff/panel.html", {"desk": desk}, request)


staff_home_panels.register(StaffPanel(code="plan", render=render_panel, order=10))
