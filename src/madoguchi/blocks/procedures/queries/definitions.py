"""Procedures that can be applied for."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from django.db.models import TextField
from django.db.models.functions import Cast

from madoguchi.blocks.procedures.models import Application, ProcedureVersion
from madoguchi.blocks.procedures.rules.definition import Definition, read


@dataclass(frozen=True, slots=True)
class Published:
    """A procedure as it is in force. ``department`` and ``version`` are primary keys."""

    code: str
    title: str
    department: int
    version: int
    is_open: bool
    definition: Definition


def definition_of(procedure_code: str) -> Published | None:
    """The procedure's latest published version; None where nothing was ever published."""
    return published([procedure_code]).get(procedure_code)


def open_procedures() -> tuple[Published, ...]:
    """All that can be applied for now, by title. One query."""
    found = (each for each in published().values() if each.is_open)
    return tuple(sorted(found, key=lambda each: each.title))


def published(codes: Collection[str] | None = None) -> dict[str, Published]:
    """The versions in force by the procedure's code; of all where None is given. One query."""
    versions = ProcedureVersion.objects.filter(published_at__isnull=False)
    if codes is not None:
        versions = versions.filter(procedure__code__in=codes)
    rows = versions.order_by("procedure_id", "number").values_list(
        "procedure__code",
        "title",
        "procedure__department_id",
        "pk",
        "procedure__is_open",
        Cast("definition", TextField()),
    )
    latest = {row[0]: row for row in rows}
    return {
        code: Published(code, title, department, version, is_open, _read(text))
        for code, (_code, title, department, version, is_open, text) in latest.items()
    }


def definitions_of(versions: Collection[int]) -> dict[int, Definition]:
    """Definitions by the version's primary key. One query."""
    rows = ProcedureVersion.objects.filter(pk__in=set(versions)).values_list(
        "pk", Cast("definition", TextField())
    )
    return {pk: _read(text) for pk, text in rows}


def definition_under(application: Application) -> Definition:
    """The definition under which an application was begun. One query."""
    return definitions_of([application.version_id])[application.version_id]


@lru_cache(maxsize=1024)
def _read(text: str) -> Definition:
    return read(json.loads(text))
