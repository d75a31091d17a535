"""Departments as sheets write them: one name that runs from the bureau down to the section.

総合政策部政策推進室政策推進課 is 総合政策部 › 政策推進室 › 政策推進課. The levels are those of a
city's organisation ordinance: 部 (局, 本部) over 室 over 課 (場, 所 and others) over 係.
"""

import re
from typing import Final

_LEVELS: Final = (
    re.compile(r"(?P<head>.+?(?:部|局))(?!門|署|長|会|分|品|員|所)(?=.)"),
    re.compile(r"(?P<head>.+?室)(?!長|員)(?=.)"),
    re.compile(r"(?P<head>.+?課)(?!長|員|題)(?=.)"),
)
_TOP: Final = re.compile(r".*(?:部|局|委員会|病院|議会)$")
_COLLECTIVE: Final = re.compile(r"^(?:各|全|関係)|(?:部署|各課|関係課|全課|全庁)$|^庁内")


def is_collective(written: str) -> bool:
    """A name for many departments at once (各窓口担当部署), which has no place in the tree."""
    return _COLLECTIVE.search(written) is not None


def department_path(written: str, previous: tuple[str, ...] = ()) -> tuple[str, ...]:
    """The names from the top of the tree down to the department that ``written`` means.

    ``previous`` is the path of the department named before it in the same cell: a section
    without its bureau (市立病院事務部経営管理課、**医事課**) belongs to the same one.
    """
    if is_collective(written):
        return (written,)
    path, rest = [], written
    for level in _LEVELS:
        found = level.match(rest)
        if found is not None:
            path.append(found["head"])
            rest = rest[found.end() :]
    path.append(rest)
    if is_incomplete(written) and previous and _TOP.match(previous[0]):
        return (previous[0], *path)
    return tuple(path)


def is_incomplete(written: str) -> bool:
    """Whether the bureau is missing: the name starts with a section."""
    if is_collective(written):
        return False
    return _LEVELS[0].match(written) is None and _TOP.match(written) is None
