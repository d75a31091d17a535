"""The plan in three figures on the home page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import npgettext

from madoguchi.kernel.registries import HomeFigure
from madoguchi.plan.queries.public import PlanCard, plan_cards
from madoguchi.plan.rules.progress import Standing


def figures_for_home() -> Sequence[HomeFigure]:
    """The latest plan with published results (else the latest) in three figures. Two queries."""
    cards = plan_cards()
    if not cards:
        return ()
    card = next((card for card in cards if card.finished or card.carried_over), cards[0])
    return (
        _figure(card, card.initiatives, _("Initiatives in “%(plan)s”") % {"plan": card.title}),
        _figure(card, card.finished, _("Finished so far"), Standing.FINISHED),
        _figure(card, card.carried_over, _("Carried into the next plan"), Standing.CARRIED_OVER),
    )


def _figure(card: PlanCard, value: int, label: str, standing: Standing | None = None) -> HomeFigure:
    query = f"?standing={standing.value}" if standing else ""
    return HomeFigure(
        value=str(value),
        unit=npgettext("unit", "initiative", "initiatives", value),
        label=label,
        url=reverse("plan:overview", args=[card.slug]) + query,
    )
