"""Versions of the guide as staff see them: the list, one version readable, what a change alters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from madoguchi.blocks.procedures.guide import checking, reading
from madoguchi.blocks.procedures.guide.comparing import (
    KINDS,
    Act,
    Change,
    Comparison,
    Effect,
    FieldChange,
    ListChange,
    compare,
)
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    Answer,
    Event,
    Guide,
    Level,
    Procedure,
    Question,
    Remark,
)
from madoguchi.blocks.procedures.guide.tree import Unreadable
from madoguchi.blocks.procedures.models import GuideVersion
from madoguchi.blocks.procedures.queries.guide import guide_of, version_on
from madoguchi.blocks.procedures.queries.guide_rule_words import (
    ENTRIES,
    FIELDS,
    value_words,
)
from madoguchi.blocks.procedures.queries.guide_words import (
    answer_words,
    remark_words,
    said_plainly,
)

STATES: Mapping[str, tuple[str, Promise]] = {
    "in_force": ("success", pgettext_lazy("version", "In force")),
    "coming": ("clock", pgettext_lazy("version", "To come")),
    "draft": ("progress", pgettext_lazy("version", "Draft")),
    "replaced": ("neutral", pgettext_lazy("version", "Replaced")),
    "withdrawn": ("neutral", pgettext_lazy("version", "Withdrawn")),
}
"""Kind of the status tag, and its word."""
_AROUND = 1
"""Lines shown before and after the one that a remark is about."""


@dataclass(frozen=True, slots=True)
class VersionRow:
    version: GuideVersion
    state: str
    tag: str
    word: str


def state_of_version(version: GuideVersion, in_force: GuideVersion | None, today: date) -> str:
    if version.withdrawn_at is not None:
        return "withdrawn"
    if version.published_at is None or version.starts_on is None:
        return "draft"
    if version.starts_on > today:
        return "coming"
    return "in_force" if in_force is not None and in_force.pk == version.pk else "replaced"


def version_row(version: GuideVersion, in_force: GuideVersion | None, today: date) -> VersionRow:
    state = state_of_version(version, in_force, today)
    tag, word = STATES[state]
    return VersionRow(version, state, tag, str(word))


def version_rows(today: date) -> list[VersionRow]:
    """Every version, newest first, without its rules."""
    in_force = version_on(today)
    versions = GuideVersion.objects.defer("source").select_related("made_by", "published_by")
    return [version_row(version, in_force, today) for version in versions]


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """A remark with the lines of the file around it, the one that it is about marked."""

    line: int
    is_error: bool
    place: str
    words: str
    lines: tuple[tuple[int, str, bool], ...]


@dataclass(frozen=True, slots=True)
class Checked:
    """A rule file as far as it can be read."""

    guide: Guide | None
    remarks: tuple[Remark, ...]

    @property
    def errors(self) -> int:
        return sum(remark.level is Level.ERROR for remark in self.remarks)

    @property
    def warnings(self) -> int:
        return len(self.remarks) - self.errors


def checked(version: GuideVersion) -> Checked:
    """The guide of a version with every remark; kept with it once it has been worked out."""
    try:
        guide = guide_of(version)
    except Unreadable as unreadable:
        return Checked(None, unreadable.remarks)
    remarks: tuple[Remark, ...] | None = guide.kept.get("remarks")
    if remarks is None:
        remarks = guide.kept["remarks"] = tuple(checking.check(guide))
    return Checked(guide, remarks)


def check_text(source: str) -> Checked:
    """The same for rules that are being written."""
    try:
        guide = reading.read(source)
    except Unreadable as unreadable:
        return Checked(None, unreadable.remarks)
    return Checked(guide, tuple(checking.check(guide)))


def remark_rows(remarks: Sequence[Remark], source: str) -> list[RemarkRow]:
    """Errors first."""
    lines = source.splitlines()
    rows = []
    for remark in sorted(remarks, key=lambda each: (each.level is not Level.ERROR, each.line)):
        first = max(1, remark.line - _AROUND)
        around = range(first, min(len(lines), remark.line + _AROUND) + 1) if remark.line else ()
        rows.append(
            RemarkRow(
                line=remark.line,
                is_error=remark.level is Level.ERROR,
                place=remark.place.strip("."),
                words=remark_words(remark),
                lines=tuple((n, lines[n - 1][:200], n == remark.line) for n in around),
            )
        )
    return rows


@dataclass(frozen=True, slots=True)
class Cell:
    label: str
    words: str


@dataclass(frozen=True, slots=True)
class EntryWords:
    """An entry of the rules with its fields in words."""

    code: str
    title: str
    cells: tuple[Cell, ...]


_QUESTION_FIELDS = ("short", "kind", "options", "hint", "ask_when", "fills")
_PROCEDURE_FIELDS = (
    "summary", "when", "counter", "bring", "deadline", "fee", "online", "legal_basis", "after",
    "steps",
)  # fmt: skip


def question_words(question: Question, guide: Guide) -> EntryWords:
    always = question.ask_when == ALWAYS
    names = [name for name in _QUESTION_FIELDS if not (always and name == "ask_when")]
    return _entry(question.code, said_plainly(question.text), question, names, guide)


def procedure_words(procedure: Procedure, guide: Guide) -> EntryWords:
    return _entry(
        procedure.code, said_plainly(procedure.title), procedure, _PROCEDURE_FIELDS, guide
    )


def _entry(code: str, title: str, entry: object, names: Sequence[str], guide: Guide) -> EntryWords:
    cells = [
        Cell(str(FIELDS[name]), words)
        for name in names
        if (words := value_words(name, getattr(entry, name), guide)) != "–"
    ]
    return EntryWords(code, title, tuple(cells))


@dataclass(frozen=True, slots=True)
class EventWords:
    event: Event
    questions: tuple[EntryWords, ...]
    procedures: tuple[EntryWords, ...]


def event_words(guide: Guide, event: Event) -> EventWords:
    """A life event as tables: what is asked, in order, and what can be on its list."""
    return EventWords(
        event,
        tuple(question_words(guide.questions[code], guide) for code in event.questions),
        tuple(procedure_words(each, guide) for each in guide.procedures_of(event.code)),
    )


@dataclass(frozen=True, slots=True)
class FieldRow:
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChangeRow:
    act: str
    title: str
    code: str
    fields: tuple[FieldRow, ...]


@dataclass(frozen=True, slots=True)
class ListRow:
    """Whose list changes, as a sentence, and the answers of an example."""

    words: str
    example: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Preview:
    """What a version alters against the one in force. `changes` by kind of entry, `lists` by life
    event."""

    against: GuideVersion | None
    is_nothing: bool
    changes: tuple[tuple[str, tuple[ChangeRow, ...]], ...]
    lists: tuple[tuple[str, tuple[ListRow, ...]], ...]
    undecided: tuple[str, ...]


def preview(version: GuideVersion, today: date) -> Preview | None:
    """What publishing the version would alter; None where it cannot be read."""
    new = checked(version).guide
    if new is None:
        return None
    against = version_on(today)
    old = guide_of(against) if against is not None else None
    found = compare(old, new)
    base = old if old is not None else new
    return Preview(
        against=against,
        is_nothing=found.is_nothing,
        changes=tuple(_changes(found, base, new)),
        lists=tuple(_lists(found, base, new)),
        undecided=tuple(_title(base, new, "events", code) for code in found.undecided),
    )


def _changes(found: Comparison, old: Guide, new: Guide) -> list[tuple[str, tuple[ChangeRow, ...]]]:
    groups = []
    for kind in KINDS:
        rows = tuple(_change(each, old, new) for each in found.changes if each.kind == kind)
        if rows:
            groups.append((str(ENTRIES[kind]), rows))
    return groups


ACTS: Mapping[Act, Promise] = {
    Act.ADDED: pgettext_lazy("change", "New"),
    Act.REMOVED: pgettext_lazy("change", "Removed"),
    Act.CHANGED: pgettext_lazy("change", "Changed"),
}


def _change(change: Change, old: Guide, new: Guide) -> ChangeRow:
    return ChangeRow(
        act=str(ACTS[change.act]),
        title=_title(old, new, change.kind, change.code),
        code=change.code,
        fields=tuple(_field(each, old, new) for each in change.fields),
    )


def _field(change: FieldChange, old: Guide, new: Guide) -> FieldRow:
    """Of a list, only what is not in both, unless nothing but its order changed."""
    before = value_words(change.name, change.before, old)
    after = value_words(change.name, change.after, new)
    if isinstance(change.before, tuple) and isinstance(change.after, tuple):
        left, right = before.split("\n"), after.split("\n")
        same = [line for line in left if line in right]
        if len(same) > 1 and set(left) != set(right):
            note = ngettext("(and %(n)d that stays)", "(and %(n)d that stay)", len(same))
            rest = note % {"n": len(same)}
            before = "\n".join([*(line for line in left if line not in same), rest])
            after = "\n".join([*(line for line in right if line not in same), rest])
    return FieldRow(str(FIELDS[change.name]), before, after)


def _title(old: Guide, new: Guide, kind: str, code: str) -> str:
    for guide in (new, old):
        entry = getattr(guide, kind).get(code)
        if entry is not None:
            return said_plainly(entry.name if kind == "questions" else entry.title)
    return code


EFFECTS: Mapping[Effect, Promise] = {
    Effect.APPEARS: gettext_lazy("“%(procedure)s” comes onto lists"),
    Effect.DISAPPEARS: gettext_lazy("“%(procedure)s” goes from lists"),
    Effect.BRING_MORE: gettext_lazy("For “%(procedure)s”, “%(document)s” is to be brought as well"),
    Effect.BRING_LESS: gettext_lazy(
        "For “%(procedure)s”, “%(document)s” is not asked for any more"
    ),
}


def _lists(found: Comparison, old: Guide, new: Guide) -> list[tuple[str, tuple[ListRow, ...]]]:
    groups: dict[str, list[ListRow]] = {}
    for each in found.lists:
        groups.setdefault(each.event, []).append(_list_change(each, old, new))
    return [(_title(old, new, "events", event), tuple(rows)) for event, rows in groups.items()]


def _list_change(change: ListChange, old: Guide, new: Guide) -> ListRow:
    said = {
        "procedure": _title(old, new, "procedures", change.procedure),
        "document": _title(old, new, "documents", change.document),
    }
    words = str(EFFECTS[change.effect]) % said
    if change.is_everybody:
        words = _("%(what)s: for everybody") % {"what": words}
    return ListRow(words, tuple(_example(change.example, old, new)))


def _example(example: Mapping[str, Answer], old: Guide, new: Guide) -> list[tuple[str, str]]:
    said = []
    for code, answer in example.items():
        question = new.questions.get(code) or old.questions[code]
        known = {option.code for option in question.options}
        if isinstance(answer, str) and known and answer and answer not in known:
            question = old.questions[code]
        said.append((said_plainly(question.name), answer_words(question, answer)))
    return said
