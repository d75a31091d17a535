"""The procedures that come with Madoguchi, put into the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from typing import Any, Final

import yaml
from django.db import transaction

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.guide import reading
from madoguchi.blocks.procedures.models import GuideVersion, Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations.guide import keep_draft, publish_guide
from madoguchi.blocks.procedures.rules.definition import Definition, read, written
from madoguchi.blocks.procedures.rules.flows import with_flow
from madoguchi.blocks.procedures.rules.problems import problems
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit

CONTENT: Final = "madoguchi.blocks.procedures.content"


class BadContent(ValueError):
    """A shipped file is wrong: a fault of this product, not of whoever installs it."""


@dataclass(frozen=True, slots=True)
class Shipped:
    """A procedure of `content/procedures`; ``department`` is its path of names."""

    code: str
    department: tuple[str, ...]
    definition: Definition


def shipped_procedures() -> Iterator[Shipped]:
    """Read and checked, by code. Raises BadContent."""
    folder = files(CONTENT).joinpath("procedures")
    if not folder.is_dir():
        return
    for entry in sorted(folder.iterdir(), key=lambda found: found.name):
        if entry.name.endswith(".yaml"):
            yield _read(entry.name, yaml.safe_load(entry.read_text(encoding="utf-8")))


def _read(name: str, kept: dict[str, Any]) -> Shipped:
    code = str(kept["code"])
    if name != f"{code}.yaml":
        raise BadContent(f"{name} names itself {code}")
    definition = with_flow(read(kept["definition"]), kept["flow"])
    if found := problems(definition):
        raise BadContent(f"{name}: {found}")
    return Shipped(code, tuple(kept["department"]), definition)


@transaction.atomic
def install_procedures(*, on: date, by: User | None) -> tuple[str, ...]:
    """Publish those that are not there yet; gives their codes. What staff changed stays theirs.

    Departments that are missing are made, in existence from ``on``.
    """
    there = set(Procedure.objects.values_list("code", flat=True))
    new = [each for each in shipped_procedures() if each.code not in there]
    now = clock.now()
    for each in new:
        department = identity.department_for(path=each.department, on=on, by=by)
        procedure = Procedure.objects.create(code=each.code, department=department, made_at=now)
        ProcedureVersion.objects.create(
            procedure=procedure,
            number=1,
            title=each.definition.title,
            definition=written(each.definition),
            made_at=now,
            made_by=by,
            published_at=now,
            published_by=by,
        )
    if new:
        audit.record(
            by=by,
            action="procedures.shipped_installed",
            subject="procedures.shipped",
            detail={"procedures": [each.code for each in new]},
        )
    return tuple(each.code for each in new)


@dataclass(frozen=True, slots=True)
class Installed:
    """What was put in now: codes of procedures, and whether the guide was."""

    procedures: tuple[str, ...]
    has_guide: bool


def install_shipped(*, on: date, by: User | None) -> Installed:
    """Put the shipped procedures and the shipped guide in, as far as they are not there; safe to
    repeat. The guide begins ``on``, or today where that day is over."""
    procedures = install_procedures(on=on, by=by)
    return Installed(procedures, _install_guide(on=on, by=by))


@transaction.atomic
def _install_guide(*, on: date, by: User | None) -> bool:
    """The guide where none was ever published, with the departments of its counters."""
    if GuideVersion.objects.filter(published_at__isnull=False).exists():
        return False
    source = files(CONTENT).joinpath("guide.yaml").read_text(encoding="utf-8")
    for counter in reading.read(source).counters.values():
        if counter.department:
            identity.department_for(path=counter.department, on=on, by=by)
    draft = keep_draft(source=source, note="", by=by)
    publish_guide(version=draft, starts_on=max(on, clock.today()), by=by)
    return True
