"""Reading procedures as staff compose them: the list, a version in words, who changed a draft."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from django.db.models import Count
from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.queries import department_names, tree
from madoguchi.blocks.identity.queries.vocabulary import item_label, subject_label
from madoguchi.blocks.identity.rules.vocabulary import SUBJECTS, VOCABULARY
from madoguchi.blocks.procedures.models import Application, Procedure, ProcedureVersion
from madoguchi.blocks.procedures.queries.composing_words import (
    KIND_LABELS,
    RIGHT_LABELS,
    SECTION_LABELS,
    STATE_KIND_LABELS,
    ChangeWords,
    in_words,
    item_label_of,
)
from madoguchi.blocks.procedures.queries.problem_words import problem_words
from madoguchi.blocks.procedures.rules import definition as definitions
from madoguchi.blocks.procedures.rules.composing import (
    OWN,
    Section,
    differences,
    own_rows,
    shared_items,
)
from madoguchi.blocks.procedures.rules.definition import Definition, ItemUse
from madoguchi.blocks.procedures.rules.filling import DECISION_FACTS, FACTS
from madoguchi.blocks.procedures.rules.problems import Problem, problems
from madoguchi.kernel import clock
from madoguchi.kernel.audit import queries as audit

SECTION_OF_PART: Final[Mapping[str, Section]] = {
    "procedure": Section.FACTS,
    "item": Section.ITEMS,
    "own_item": Section.OWN_ITEMS,
    "document": Section.DOCUMENTS,
    "state": Section.STATES,
    "step": Section.STEPS,
    "letter": Section.LETTERS,
}
SECTION_OF_CODE: Final[Mapping[str, Section]] = {
    "no_items": Section.ITEMS,
    "never_decided": Section.STATES,
    "unreachable": Section.STEPS,
    "dead_end": Section.STEPS,
    "no_end": Section.STEPS,
    "end_left": Section.STEPS,
    "no_way_back": Section.STEPS,
    "two_ways": Section.STEPS,
    "resent_unasked": Section.STEPS,
}
"""Where a problem is mended, which is not always where it shows."""


@dataclass(frozen=True, slots=True)
class ProcedureRow:
    """A procedure as the list shows it."""

    procedure: Procedure
    title: str
    department: str
    published: ProcedureVersion | None
    draft: ProcedureVersion | None
    applications: int


def procedure_rows() -> list[ProcedureRow]:
    """Every procedure with what is in force and what is being written. Five queries."""
    procedures = list(Procedure.objects.all())
    latest: dict[int, ProcedureVersion] = {}
    drafts: dict[int, ProcedureVersion] = {}
    versions = ProcedureVersion.objects.defer("definition").order_by("procedure_id", "number")
    for version in versions:
        known = drafts if version.published_at is None else latest
        known[version.procedure_id] = version
    counts = dict(
        Application.objects.exclude(sent_at=None)
        .order_by()
        .values_list("procedure")
        .annotate(Count("pk"))
    )
    names = department_names({each.department_id for each in procedures}, on=clock.today())
    rows = []
    for each in procedures:
        published, draft = latest.get(each.pk), drafts.get(each.pk)
        named = published or draft
        rows.append(
            ProcedureRow(
                procedure=each,
                title=named.title if named else each.code,
                department=names[each.department_id],
                published=published,
                draft=draft,
                applications=counts.get(each.code, 0),
            )
        )
    return rows


def department_choices() -> list[tuple[str, str]]:
    """The departments of today by their full names."""
    return [(row.public_id, row.full_name) for row in tree(clock.today())]


@dataclass(frozen=True, slots=True)
class ProblemWords:
    section: Section
    where: str
    text: str


def problems_in_words(definition: Definition) -> list[ProblemWords]:
    return [
        ProblemWords(
            section_of(problem),
            str(SECTION_LABELS[section_of(problem)]),
            problem_words(_named(problem, definition)),
        )
        for problem in problems(definition)
    ]


def _named(problem: Problem, definition: Definition) -> Problem:
    """With the names that people gave in place of codes."""
    states = {state.code: state.title for state in definition.states}
    letters = {letter.code: letter.title for letter in definition.letters}
    name = problem.name
    if problem.part in {"item", "own_item"}:
        name = item_label_of(name if problem.part == "item" else OWN + name, definition)
    elif problem.part in {"document", "state", "step", "letter"}:
        rows = getattr(definition, f"{problem.part}s")
        name = {row.code: row.title for row in rows}.get(name) or name
    other = states.get(problem.other) or letters.get(problem.other) or problem.other
    return replace(problem, name=name.removeprefix(OWN), other=other)


def section_of(problem: Problem) -> Section:
    """Where one goes to mend it."""
    if problem.code in SECTION_OF_CODE:
        return SECTION_OF_CODE[problem.code]
    if problem.part == "item" and problem.name.startswith(OWN):
        return Section.OWN_ITEMS
    return SECTION_OF_PART.get(problem.part, Section.FACTS)


@dataclass(frozen=True, slots=True)
class ItemWords:
    label: str
    is_required: bool
    is_guarded: bool
    kind: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class StepWords:
    source: str
    title: str
    target: str
    who: str
    letter: str
    needs_note: bool


@dataclass(frozen=True, slots=True)
class StateWords:
    title: str
    kind: str
    days: int | None
    message: str
    is_first: bool


@dataclass(frozen=True, slots=True)
class VersionWords:
    """A definition as people read it."""

    definition: Definition
    items: Sequence[tuple[str, Sequence[ItemWords]]]
    """Subject by subject."""
    own_items: Sequence[ItemWords]
    states: Sequence[StateWords]
    steps: Sequence[StepWords]


def version_words(definition: Definition) -> VersionWords:
    states = {state.code: state.title for state in definition.states}
    letters = {letter.code: letter.title for letter in definition.letters}
    return VersionWords(
        definition=definition,
        items=_items(definition),
        own_items=[
            ItemWords(
                row.item.label,
                row.is_required,
                bool(row.is_guarded),
                str({str(kind): label for kind, label in KIND_LABELS.items()}[row.item.kind]),
                row.item.hint,
                row.item.choices,
            )
            for row in own_rows(definition)
        ],
        states=[
            StateWords(
                state.title,
                str(STATE_KIND_LABELS[state.kind]),
                state.days,
                state.message,
                state.code == definition.first,
            )
            for state in definition.states
        ],
        steps=[
            StepWords(
                states.get(step.source, step.source),
                step.title,
                states.get(step.target, step.target),
                str(RIGHT_LABELS[step.right]),
                letters.get(step.letter, ""),
                step.needs_note,
            )
            for step in definition.steps
        ],
    )


def _items(definition: Definition) -> list[tuple[str, list[ItemWords]]]:
    by_subject: dict[str, list[ItemWords]] = {}
    for use in shared_items(definition):
        subject = use.ref.partition(".")[0]
        by_subject.setdefault(subject, []).append(_item(use, definition))
    return [
        (subject_label(subject) if subject in SUBJECTS else subject, words)
        for subject, words in by_subject.items()
    ]


def _item(use: ItemUse, definition: Definition) -> ItemWords:
    item = VOCABULARY.get(use.ref)
    usual = item.is_guarded if item else False
    return ItemWords(
        item_label(item) if item else item_label_of(use.ref, definition),
        use.is_required,
        usual if use.is_guarded is None else use.is_guarded,
    )


def changes_against(
    published: ProcedureVersion | None, draft: ProcedureVersion
) -> list[ChangeWords]:
    """What the draft would change; nothing where nothing is in force."""
    if published is None:
        return []
    old, new = definitions.read(published.definition), definitions.read(draft.definition)
    return in_words(differences(old, new), old, new)


@dataclass(frozen=True, slots=True)
class Hole:
    """What a letter may name, with its words."""

    code: str
    label: str


def hole_words() -> dict[str, str]:
    """The facts that a text may name beside the items."""
    return {
        "number": _("reception number"),
        "title": _("title of the procedure"),
        "city": _("name of the city"),
        "department": _("department in charge"),
        "due_on": _("day of the deadline"),
        "sent_on": _("day on which it was sent"),
        "decided_on": _("day of the decision"),
        "note": _("note of whoever decides"),
        "letter_number": _("number of the letter"),
    }


def message_holes() -> list[Hole]:
    words = hole_words()
    return [Hole(f"{{{code}}}", words.get(code, code)) for code in FACTS]


def letter_holes(definition: Definition) -> list[Hole]:
    words = hole_words()
    facts = [Hole(f"{{{code}}}", words.get(code, code)) for code in (*FACTS, *DECISION_FACTS)]
    items = [Hole(f"{{{use.ref}}}", item_label_of(use.ref, definition)) for use in definition.items]
    return facts + items


@dataclass(frozen=True, slots=True)
class OthersChange:
    by: str
    sections: str


def changes_since(draft: ProcedureVersion, edit: int) -> list[OthersChange]:
    """Who saved which sections of the draft after it stood at ``edit``, latest first."""
    entries = [
        entry
        for entry in audit.entries(
            subject=f"procedures.procedure:{draft.procedure.code}",
            action="procedures.draft_saved",
            limit=20,
        )
        if entry.detail.get("version") == draft.number and entry.detail.get("edit", 0) > edit
    ]
    people = User.objects.in_bulk([int(entry.actor) for entry in entries if entry.actor])
    return [
        OthersChange(
            by=people[int(entry.actor)].get_full_name() if entry.actor else _("The system"),
            sections=_(", ").join(
                str(SECTION_LABELS[Section(name)]) for name in entry.detail["sections"]
            ),
        )
        for entry in entries
    ]
