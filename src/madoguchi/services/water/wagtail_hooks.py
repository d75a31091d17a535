"""Water on the staff side: its entries in the menu and its panel on the home page."""

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity import service as identity
from madoguchi.kernel import clock
from madoguchi.kernel.registries import StaffMenuItem, StaffPanel, staff_home_panels, staff_menu
from madoguchi.services.water.queries.desk import latest_periods
from madoguchi.services.water.rules import access

for _code, _label, _icon, _order in (
    ("desk", _("Water: readings and bills"), "tasks", 391),
    ("contracts", _("Water contracts"), "group", 392),
    ("figures", _("Water: figures"), "table", 393),
    ("tariffs", _("Water tariffs"), "list-ul", 394),
):
    staff_menu.register(
        StaffMenuItem(
            code=f"water.{_code}",
            label=_label,
            url_name=f"water_staff:{_code}",
            icon=_icon,
            order=_order,
            roles=access.ALL_ROLES,
        )
    )


def render_panel(request: HttpRequest) -> str:
    """What waits at the water desk, on the staff home; nothing where nothing does."""
    if not access.may_manage(identity.acting_as(request.user)):
        return ""
    rows = [row for row in latest_periods(clock.today()) if row.to_do]
    if not rows:
        return ""
    return render_to_string("water/staff/panel.html", {"rows": rows}, request)


staff_home_panels.register(StaffPanel(code="water", render=render_panel, order=30))
