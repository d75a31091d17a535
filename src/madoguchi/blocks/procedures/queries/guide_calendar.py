"""The deadlines of a personal list as a calendar file (RFC 5545)."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from django.utils.translation import gettext as _

from madoguchi.blocks.procedures.guide.listing import Entry
from madoguchi.blocks.procedures.queries.guide_words import said_plainly

_WIDEST = 75
"""Octets of a line; longer ones go on in the next, after a blank."""
_REMIND_BEFORE = timedelta(days=3)


def calendar_file(entries: Sequence[Entry], *, city: str, now: datetime) -> str:
    """One entry of a whole day for each deadline, with a reminder three days before."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Madoguchi//guide//JA",
        "CALSCALE:GREGORIAN",
    ]
    for entry in entries:
        lines += _event(entry, city, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(entry: Entry, city: str, now: datetime) -> Iterator[str]:
    if entry.deadline is None:
        return
    counter = entry.counter
    bring = _(", ").join(said_plainly(document.title) for document in entry.bring)
    about = [said_plainly(entry.summary)]
    if bring:
        about.append(_("Bring: %(documents)s") % {"documents": bring})
    about += [said_plainly(counter.hours), counter.phone]
    place = " ".join(filter(None, [city, said_plainly(counter.title), said_plainly(counter.place)]))
    title = _("Deadline: %(procedure)s") % {"procedure": said_plainly(entry.title)}
    name = sha256(f"{city} {entry.code} {entry.deadline}".encode()).hexdigest()[:32]
    yield "BEGIN:VEVENT"
    yield f"UID:{name}@madoguchi"
    yield f"DTSTAMP:{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{entry.deadline:%Y%m%d}"
    yield f"DTEND;VALUE=DATE:{entry.deadline + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(title)}"
    yield f"LOCATION:{_escaped(place)}"
    yield f"DESCRIPTION:{_escaped(chr(10).join(filter(None, about)))}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"DESCRIPTION:{_escaped(title)}"
    yield f"TRIGGER:-P{_REMIND_BEFORE.days}D"
    yield "END:VALARM"
    yield "END:VEVENT"


def _escaped(text: str) -> str:
    for sign, written in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r", ""), ("\n", "\\n")):
        text = text.replace(sign, written)
    return text


def _folded(line: str) -> Iterator[str]:
    part, width = "", 0
    for sign in line:
        octets = len(sign.encode("utf-8"))
        if width + octets > _WIDEST:
            yield part
            part, width = " ", 1
        part += sign
        width += octets
    yield part
