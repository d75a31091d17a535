"""Paper: the slip for the counters that remain, and the back office's list."""

from collections.abc import Sequence

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.procedures import service as procedures
from madoguchi.kernel import clock
from madoguchi.kernel.city.queries import current_city
from madoguchi.services.onestop.queries.handing import HandOverRow
from madoguchi.services.onestop.queries.visits import StepRow, VisitPage
from madoguchi.services.onestop.rules.states import StepState

QUIET_ZONE = 4
"""Modules, as the standard asks for."""
REMAIN = frozenset({StepState.GOES, StepState.LEFT})


def slip_pdf(page: VisitPage) -> bytes | None:
    """Where to go, with what, until when; None where nothing remains.

    It names nobody: it may be left lying about. The QR code brings the case back to the window.
    """
    rows = [row for group in page.groups for row in group.rows if row.step.state in REMAIN]
    if not rows:
        return None
    number = page.visit.case_number
    data = {
        "city": current_city().name,
        "printed": formats.date_format(clock.today(), "Y年n月j日"),
        "number": procedures.shown(number),
        "event": page.visit.event_title,
        "window": page.visit.window.title,
        "place": page.visit.window.place,
        "hours": page.visit.window.hours,
        "symbol": _symbol(f"{procedures.QR_PREFIX}{number}"),
        "alt": _("QR code of the reception number %(number)s") % {"number": number},
        "groups": [
            {"counter": counter, "rows": [_row(row) for row in found]}
            for counter, found in _by_counter(rows).items()
        ],
    }
    return documents.render_pdf(
        "onestop/pdf/slip.typ", data, title=_("Counters that remain"), language="ja"
    )


def _symbol(text: str) -> str:
    """The QR code as an SVG drawing."""
    rows = documents.qr_modules_of_text(text)
    side = len(rows) + 2 * QUIET_ZONE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path transform="translate({QUIET_ZONE} {QUIET_ZONE})"'
        f' d="{documents.squares_path(rows)}"/></svg>'
    )


def _by_counter(rows: Sequence[StepRow]) -> dict[str, list[StepRow]]:
    found: dict[str, list[StepRow]] = {}
    for row in rows:
        found.setdefault(row.step.counter, []).append(row)
    return found


def _row(row: StepRow) -> dict[str, object]:
    deadline = formats.date_format(row.deadline, "Y年n月j日") if row.deadline else ""
    return {
        "title": row.step.title,
        "later": row.step.state == StepState.LEFT,
        "bring": list(row.bring),
        "deadline": deadline,
    }


def hand_over_pdf(rows: Sequence[HandOverRow], *, state: str) -> bytes:
    """The list with a box to tick in each row."""
    data = {
        "city": current_city().name,
        "printed": formats.date_format(timezone.localtime(clock.now()), "Y年n月j日 H:i"),
        "state": str(state),
        "rows": [
            {
                "made": formats.date_format(timezone.localtime(row.entry.made_at), "n月j日 H:i"),
                "number": procedures.shown(row.number),
                "name": _printable(row.name),
                "title": row.title,
                "department": row.department,
                "taker": row.taker,
            }
            for row in rows
        ],
    }
    return documents.render_pdf(
        "onestop/pdf/hand_overs.typ", data, title=_("Hand-over list"), language="ja"
    )


def _printable(text: str) -> str:
    """With 〓 for what the font has no sign for."""
    missing = documents.missing_glyphs(text)
    return "".join("〓" if sign in missing else sign for sign in text)
