"""Billing runs in the reader's language."""

from collections.abc import Iterable, Iterator, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext

from madoguchi.blocks.payments.models import BillingRun, Slip
from madoguchi.blocks.payments.queries.runs import RunProgress

LEFT_OUT = {
    "has_slip": gettext_lazy("has a slip already"),
    "paid": gettext_lazy("nothing is due any more"),
    "by_debit": gettext_lazy("paid by bank debit"),
    "by_card": gettext_lazy("paid with a saved card"),
}
"""Why a bill of the selection gets no slip."""


def left_out_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reason and number of bills, in a fixed order."""
    return [(str(label), counts[code]) for code, label in LEFT_OUT.items() if counts.get(code)]


def without_barcode_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Reason and number of slips that bear no barcode, in a fixed order."""
    return [(str(each.label), counts[each]) for each in Slip.Without if counts.get(each)]


def problem_words(problem: Mapping[str, str]) -> str:
    """What keeps a slip from being printed."""
    if not problem["characters"]:
        return _("Nobody is known to send the slip to.")
    shown = _(", ").join(_with_codes(problem["characters"]))
    return _("The font has no sign for: %(characters)s") % {"characters": shown}


def _with_codes(characters: Iterable[str]) -> Iterator[str]:
    return (f"{sign}（U+{ord(sign):04X}）" for sign in characters)


def time_left(seconds: int) -> str:
    """How long it may take, no more exactly than anyone can know."""
    if seconds < 60:
        return _("less than a minute")
    minutes = (seconds + 59) // 60
    if minutes < 60:
        return ngettext("about %(n)d minute", "about %(n)d minutes", minutes) % {"n": minutes}
    hours, rest = divmod(minutes, 60)
    return _("about %(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}


def state_words(run: BillingRun, progress: RunProgress) -> tuple[str, str]:
    """The tone of a status tag and its words."""
    if run.status == BillingRun.Status.FINISHED:
        return "success", str(BillingRun.Status.FINISHED.label)
    if progress.is_held:
        return "progress", str(run.get_status_display())
    if run.status == BillingRun.Status.STOPPED:
        return "error", str(BillingRun.Status.STOPPED.label)
    return "clock", pgettext("billing run", "Waiting")
