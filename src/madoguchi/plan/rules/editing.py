"""What the buttons of the report editor do to its lines, for pages without JavaScript."""

import re
from collections.abc import Sequence

_ACTION = re.compile(r"(?P<verb>add|up|down|remove|take|insert)(?::(?P<rest>.+))?")


def apply(action: str, lines: Sequence[str], *, theirs: Sequence[str] = ()) -> list[str]:
    """The lines after ``add``, ``up:2``, ``down:0``, ``remove:1``, ``insert:<code>``, ``take:0``.

    Places count from 0. ``take`` adds a line of ``theirs``; ``insert`` puts a figure at the end
    of the last line. Anything else leaves the lines as they are, so nothing is ever lost.
    """
    found = _ACTION.fullmatch(action)
    kept = list(lines) or [""]
    if found is None:
        return kept
    verb, rest = found["verb"], found["rest"] or ""
    if verb == "add":
        return [*kept, ""]
    if verb == "insert":
        return [*kept[:-1], f"{kept[-1]}{{{rest}}}"]
    place = int(rest) if rest.isdecimal() else len(kept) + len(theirs)
    if verb == "take":
        return _without_blank_end([*kept, *theirs[place : place + 1]])
    return _rearranged(verb, place, kept)


def _rearranged(verb: str, place: int, lines: list[str]) -> list[str]:
    if place >= len(lines):
        return lines
    if verb == "remove":
        return [*lines[:place], *lines[place + 1 :]] or [""]
    other = place - 1 if verb == "up" else place + 1
    if 0 <= other < len(lines):
        lines[place], lines[other] = lines[other], lines[place]
    return lines


def _without_blank_end(lines: list[str]) -> list[str]:
    """A line taken over fills the empty one that waited at the end."""
    if len(lines) > 1 and not lines[-2].strip():
        return [*lines[:-2], lines[-1]]
    return lines
