"""A set of applications that is being filled in, as its applicant sees it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Prefetch
from django.utils.translation import gettext as _

from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.models import Application, Attachment, Case
from madoguchi.blocks.procedures.queries.carrying import told_in_guide
from madoguchi.blocks.procedures.queries.definitions import definitions_of
from madoguchi.blocks.procedures.queries.sheets import heading_of
from madoguchi.blocks.procedures.queries.words import full_label_of, label_of, shown_value
from madoguchi.blocks.procedures.rules import items
from madoguchi.blocks.procedures.rules.definition import Definition, DocumentUse
from madoguchi.blocks.procedures.rules.items import Asked

OWN: Final = "about-"
"""Begins the name of a page for what one procedure asks besides."""


@dataclass(frozen=True, slots=True)
class Section:
    """A page of the form. ``code`` stands in its address; ``takers`` are titles of the
    procedures that take something of it."""

    code: str
    heading: str
    asked: tuple[Asked, ...]
    takers: tuple[str, ...]
    is_of_other: bool = False

    def answered(self, values: Mapping[str, str]) -> int:
        return sum(bool(values.get(each.key)) for each in self.asked)

    @property
    def is_optional(self) -> bool:
        return self.is_of_other or not any(each.is_required for each in self.asked)

    def lacks(self, values: Mapping[str, str]) -> tuple[Asked, ...]:
        return items.missing(self.asked, values)


@dataclass(frozen=True, slots=True)
class Draft:
    """The case with its applications, their definitions and everything that they ask for.

    ``known`` are keys whose value is the account's, ``told`` those whose value is what the guide
    was told: these are not asked again.
    """

    case: Case
    applications: tuple[Application, ...]
    definitions: Mapping[str, Definition]
    asked: tuple[Asked, ...]
    sections: tuple[Section, ...]
    known: frozenset[str]
    told: frozenset[str]

    @property
    def titles(self) -> tuple[str, ...]:
        return tuple(each.title for each in self.definitions.values())

    @property
    def visible(self) -> tuple[Section, ...]:
        """Pages to go through: of further people those who are named, and the first."""
        return tuple(
            section
            for place, section in enumerate(self.sections)
            if not section.is_of_other
            or section.answered(self.case.values)
            or not (place and _same_family(self.sections[place - 1], section))
        )

    def left_of(self, section: Section) -> tuple[Asked, ...]:
        """What is still asked there; everything where the guide was told everything."""
        return tuple(each for each in section.asked if each.key not in self.told) or section.asked

    @property
    def to_ask(self) -> tuple[Section, ...]:
        """Pages that come one after another: those on which something is left to ask."""
        return tuple(
            section
            for section in self.visible
            if any(each.key not in self.told for each in section.asked)
        )

    def section(self, code: str) -> Section | None:
        return next((each for each in self.sections if each.code == code), None)

    def after(self, code: str, *, with_another: bool) -> Section | None:
        """The page behind this one; ``with_another``: that of the next person, named or not."""
        codes = [each.code for each in self.sections]
        place = codes.index(code)
        if with_another and (more := self.another(code)):
            return more
        shown = {each.code for each in self.to_ask}
        return next((each for each in self.sections[place + 1 :] if each.code in shown), None)

    def another(self, code: str) -> Section | None:
        """The page of the person after this one, where there can be one."""
        codes = [each.code for each in self.sections]
        place = codes.index(code)
        here = self.sections[place]
        if place + 1 < len(self.sections) and _same_family(here, self.sections[place + 1]):
            return self.sections[place + 1]
        return None

    def before(self, code: str) -> Section | None:
        shown = [each for each in self.to_ask if each.code != code]
        places = {each.code: place for place, each in enumerate(self.sections)}
        earlier = [each for each in shown if places[each.code] < places[code]]
        return earlier[-1] if earlier else None

    @property
    def lacking(self) -> tuple[Asked, ...]:
        return items.missing(self.asked, self.case.values)

    def section_of(self, asked: Asked) -> Section:
        return next(each for each in self.sections if asked in each.asked)


def _same_family(one: Section, other: Section) -> bool:
    """Whether the second page is of a person like the first: a further member, a further child."""
    return other.is_of_other and one.code.rstrip("0123456789") == other.code.rstrip("0123456789")


def draft_of(case: Case) -> Draft:
    """Everything about a set that is being filled in. Four queries at most."""
    files = Attachment.objects.filter(removed_at=None).select_related("added_by").order_by("pk")
    applications = tuple(
        case.applications.order_by("pk").prefetch_related(
            Prefetch("attachments", queryset=files, to_attr="files")
        )
    )
    by_version = definitions_of([each.version_id for each in applications])
    definitions = {each.procedure: by_version[each.version_id] for each in applications}
    asked = items.asked_once(definitions)
    own = identity.own_values(case.resident) if case.resident else {}
    known = frozenset(ref for ref, value in own.items() if value and case.values.get(ref) == value)
    said = told_in_guide(case.guide_number, case.event, case.answers).items
    told = frozenset(ref for ref, value in said.items() if case.values.get(ref) == value)
    sections = _sections(asked, definitions)
    return Draft(case, applications, definitions, asked, sections, known, told)


def _sections(asked: Sequence[Asked], definitions: Mapping[str, Definition]) -> tuple[Section, ...]:
    groups: dict[str, list[Asked]] = {}
    for each in asked:
        code = each.subject or f"{OWN}{each.procedures[0]}"
        groups.setdefault(code, []).append(each)
    return tuple(
        Section(
            code=code,
            heading=_heading(code, definitions),
            asked=tuple(some),
            takers=_takers(some, definitions),
            is_of_other=items.is_of_other(code),
        )
        for code, some in groups.items()
    )


def _heading(code: str, definitions: Mapping[str, Definition]) -> str:
    if code.startswith(OWN):
        title = definitions[code.removeprefix(OWN)].title
        return _("About “%(title)s”") % {"title": title}
    return heading_of(code)


def _takers(asked: Sequence[Asked], definitions: Mapping[str, Definition]) -> tuple[str, ...]:
    taking = {code for each in asked for code in each.procedures}
    return tuple(each.title for code, each in definitions.items() if code in taking)


@dataclass(frozen=True, slots=True)
class CheckRow:
    """An answer to be looked at once more. ``takers`` is empty where all procedures take it;
    ``is_told``: it comes from the guide, and was not asked again."""

    label: str
    shown: str
    is_missing: bool
    is_told: bool
    takers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CheckGroup:
    """``is_blank``: nothing is written, and nothing must be."""

    section: Section
    rows: tuple[CheckRow, ...]

    @property
    def is_blank(self) -> bool:
        return not any(row.shown or row.is_missing for row in self.rows)


def check_groups(draft: Draft) -> tuple[CheckGroup, ...]:
    """All answers as they would be sent, each once, with who takes it."""
    lacking = {each.key for each in draft.lacking}
    return tuple(
        CheckGroup(
            section,
            tuple(
                CheckRow(
                    label=label_of(each),
                    shown=shown_value(each, draft.case.values.get(each.key, "")),
                    is_missing=each.key in lacking,
                    is_told=each.key in draft.told,
                    takers=_who_takes(each, draft),
                )
                for each in section.asked
            ),
        )
        for section in draft.visible
    )


def _who_takes(asked: Asked, draft: Draft) -> tuple[str, ...]:
    if len(asked.procedures) == len(draft.definitions):
        return ()
    return tuple(draft.definitions[code].title for code in asked.procedures)


@dataclass(frozen=True, slots=True)
class ToAttach:
    """A document that one or more procedures ask for, with the files that are there for it.

    Procedures that call a document by the same code and title mean the same: it is attached once.
    """

    document: DocumentUse
    applications: tuple[Application, ...]
    titles: tuple[str, ...]
    is_required: bool
    is_guarded: bool
    files: tuple[Attachment, ...]

    @property
    def title(self) -> str:
        """The procedures that ask for it."""
        return "、".join(self.titles)

    @property
    def name(self) -> str:
        """What a page calls it: the first procedure and the document's code."""
        return f"{self.applications[0].procedure}.{self.document.code}"

    @property
    def anchor(self) -> str:
        return f"document-{self.name.replace('.', '-')}"

    @property
    def is_missing(self) -> bool:
        return self.is_required and not self.files


def to_attach(draft: Draft) -> tuple[ToAttach, ...]:
    """Every document, each once, in the order of the procedures. No query."""
    found: dict[tuple[str, str], list[tuple[Application, Definition, DocumentUse]]] = {}
    for application in draft.applications:
        definition = draft.definitions[application.procedure]
        for document in definition.documents:
            key = (document.code, document.title)
            found.setdefault(key, []).append((application, definition, document))
    return tuple(
        ToAttach(
            document=uses[0][2],
            applications=tuple(application for application, _definition, _use in uses),
            titles=tuple(definition.title for _application, definition, _use in uses),
            is_required=any(use.is_required for _application, _definition, use in uses),
            is_guarded=any(use.is_guarded for _application, _definition, use in uses),
            files=_files(uses[0][0], uses[0][2]),
        )
        for uses in found.values()
    )


def _files(application: Application, document: DocumentUse) -> tuple[Attachment, ...]:
    files: Collection[Attachment] = application.files  # type: ignore[attr-defined] # prefetched above
    return tuple(each for each in files if each.document == document.code)


def lacking_words(draft: Draft) -> tuple[tuple[str, str], ...]:
    """What is still missing: the words, and the code of the page where it belongs."""
    return tuple((full_label_of(each), draft.section_of(each).code) for each in draft.lacking)
