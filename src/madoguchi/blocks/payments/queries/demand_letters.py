"""What is printed on demands, as plain data for the template."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from madoguchi.blocks.payments.models import Demand, Slip
from madoguchi.blocks.payments.queries.slips import slips_data
from madoguchi.kernel import fiscal
from madoguchi.kernel.money import thousands


def letters_data(demands: Sequence[Demand], *, on: date) -> dict[str, Any]:
    """The data of ``payments/pdf/demand.typ``: that of the slips, each with its demand.

    Raises NoAddressee.
    """
    data = slips_data([_slip_of(demand) for demand in demands], on=on)
    for page, demand in zip(data["slips"], demands, strict=True):
        page["demand"] = {
            "stage": demand.stage,
            "until": fiscal.era_date(demand.pay_by),
            "unpaid": thousands(demand.amount),
            "fee": thousands(demand.fee) if demand.fee else "",
            "has_slip": demand.slip_id is not None,
        }
    return data


def _slip_of(demand: Demand) -> Slip:
    """The slip of a demand; where there is none, what is written of it is shown all the same."""
    if demand.slip is not None:
        return demand.slip
    return Slip(
        bill=demand.bill,
        issue=0,
        amount=demand.amount + demand.fee,
        pay_by=demand.pay_by,
        without_barcode=Slip.Without.OVERDUE,
    )
