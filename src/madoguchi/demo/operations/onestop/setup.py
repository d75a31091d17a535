"""What is laid down before the first resident comes: guide, procedures, window, contract."""

from datetime import date

from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.procedures.operations.shipping import install_shipped
from madoguchi.demo.content.onestop import onestop
from madoguchi.demo.operations.people import Cast
from madoguchi.services.onestop.models import Window
from madoguchi.services.onestop.operations import contracts, windows
from madoguchi.services.onestop.rules.states import Way


@transaction.atomic
def open_window(*, on: date, cast: Cast) -> Window:
    """Publish what the product ships, and open the window; the one that is there already."""
    composer, decider = cast.people["composer"], cast.people["decider"]
    values = onestop().values
    found = Window.objects.filter(code=values["window"]["code"]).first()
    if found is not None:
        return found
    install_shipped(on=on, by=composer)

    def department(path: str) -> Department:
        return identity.department_for(path=tuple(path.split()), on=on, by=composer)

    own = {"department": department(values["window"]["department"])}
    window = windows.add_window(opened_on=on, by=composer, **{**values["window"], **own})
    for way in values["way"]:
        windows.add_rule(
            window=window,
            department=department(way["department"]),
            way=Way(way["way"]),
            from_on=way["from_on"],
            by=composer,
        )
    contract = contracts.add_contract(by=decider, **{**values["contract"], **own})
    contracts.add_member(contract=contract, user=cast.people["operator"], from_on=on, by=decider)
    return window
