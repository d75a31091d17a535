"""The rule file as a `Guide`: docs/guide-format.md. What cannot be understood is refused whole,
with every remark at once."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from madoguchi.blocks.procedures.guide import tree
from madoguchi.blocks.procedures.guide.conditions import Conditions
from madoguchi.blocks.procedures.guide.fields import CODE, FORM, LINK, Bilingual, Fields, Remarks
from madoguchi.blocks.procedures.guide.filling import read_fills
from madoguchi.blocks.procedures.guide.model import (
    ALWAYS,
    FORMAT,
    Bring,
    Closed,
    Condition,
    Counter,
    Counting,
    Deadline,
    Document,
    Event,
    Fee,
    Guide,
    Kind,
    Online,
    Option,
    Procedure,
    Question,
    Text,
    Unit,
)
from madoguchi.blocks.procedures.guide.tree import Leaf, Node, Row, Table, Unreadable

MOST_OPTIONS: Final = 30
MOST_QUESTIONS: Final = 100
"""Of one event."""
LARGEST_AMOUNT: Final = 10_000
_OPTION_KINDS: Final = frozenset({Kind.CHOICE, Kind.CHOICES})


def read(text: str) -> Guide:
    """Raises Unreadable."""
    return _Reader().guide(tree.parse(text))


class _Reader:
    def __init__(self) -> None:
        self._remarks = Remarks()
        self._guards: dict[str, tuple[Node | None, str]] = {}
        self._fills: dict[str, Node | None] = {}

    def guide(self, node: Node) -> Guide:
        fields = Fields(node, "", self._remarks)
        if (found := fields.text("format", is_required=True)) and found != str(FORMAT):
            fields.remark("format", found=found, known=FORMAT)
        words = Bilingual(fields)
        title = words.text("title", is_required=True)
        counters = {code: self._counter(code, each) for code, each in fields.entries("counters")}
        documents = {code: self._document(code, each) for code, each in fields.entries("documents")}
        bare = {code: self._question(code, each) for code, each in fields.entries("questions")}
        conditions = Conditions(bare, self._remarks)
        questions = {
            code: replace(
                question,
                ask_when=conditions.read(*self._guards[code]),
                fills=read_fills(self._fills[code], question, self._remarks),
            )
            for code, question in bare.items()
        }
        events = {code: self._event(code, each, bare) for code, each in fields.entries("events")}
        known = _Known(counters, documents, questions, events)
        procedures = _ProcedureReader(self._remarks, conditions, known).all_of(fields)
        words.close()
        if self._remarks.found:
            raise Unreadable(self._remarks.found)
        return Guide(title, counters, documents, questions, events, procedures)

    def _counter(self, code: str, fields: Fields) -> Counter:
        words = Bilingual(fields)
        counter = Counter(
            code=code,
            title=words.text("title", is_required=True),
            department=tuple(text for text, _line in fields.texts("department")),
            place=words.text("place"),
            hours=words.text("hours"),
            phone=fields.text("phone"),
            line=fields.line,
        )
        words.close()
        return counter

    def _document(self, code: str, fields: Fields) -> Document:
        words = Bilingual(fields)
        title = words.text("title", is_required=True)
        document = Document(code, title, words.text("note"), fields.line)
        words.close()
        return document

    def _question(self, code: str, fields: Fields) -> Question:
        words = Bilingual(fields)
        if "kind" not in fields:
            fields.remark("missing", "kind", key="kind")
        kind = fields.one_of("kind", Kind, Kind.YES_NO)
        options = self._options(words, fields) if kind in _OPTION_KINDS else ()
        low, high = (0, 9999)
        if kind is Kind.NUMBER:
            low, high = fields.number("min", low), fields.number("max", high)
            if low > high:
                fields.remark("bounds_crossed", low=low, high=high)
        self._guards[code] = (fields.take("ask_when"), f"{fields.place}.ask_when")
        self._fills[code] = fields.take("fills")
        question = Question(
            code=code,
            text=words.text("text", is_required=True),
            kind=kind,
            hint=words.text("hint"),
            short=words.text("short"),
            options=options,
            low=low,
            high=high,
            is_optional=fields.flag("optional"),
            line=fields.line,
        )
        words.close()
        return question

    def _options(self, words: Bilingual, fields: Fields) -> tuple[Option, ...]:
        node = fields.take("options")
        english = words.english.take("options")
        if not isinstance(node, Table) or not node.values or len(node.values) > MOST_OPTIONS:
            fields.remark("no_options", "options", node.line if node else 0, limit=MOST_OPTIONS)
            return ()
        beside = english.values if isinstance(english, Table) else {}
        for code in set(beside) - set(node.values):
            words.english.remark(
                "unknown_code", "options", english.line if english else 0, code=code
            )
        found = []
        for code, value in node.values.items():
            if not CODE.fullmatch(code):
                fields.remark("bad_code", "options", node.lines[code], code=code)
            if not isinstance(value, Leaf) or not value.text:
                fields.remark("no_text", "options", value.line)
                continue
            other = beside.get(code)
            found.append(
                Option(code, Text(value.text, other.text if isinstance(other, Leaf) else ""))
            )
        return tuple(found)

    def _event(self, code: str, fields: Fields, questions: Mapping[str, Question]) -> Event:
        words = Bilingual(fields)
        asked = fields.codes("questions", questions)
        if len(asked) > MOST_QUESTIONS:
            fields.remark("many_questions", "questions", limit=MOST_QUESTIONS)
        event = Event(
            code=code,
            title=words.text("title", is_required=True),
            summary=words.text("summary"),
            questions=asked,
            order=fields.number("order", 100),
            line=fields.line,
        )
        words.close()
        return event


@dataclass(frozen=True, slots=True)
class _Known:
    """What procedures may name."""

    counters: Mapping[str, Counter]
    documents: Mapping[str, Document]
    questions: Mapping[str, Question]
    events: Mapping[str, Event]


class _ProcedureReader:
    def __init__(self, remarks: Remarks, conditions: Conditions, known: _Known) -> None:
        self._remarks = remarks
        self._conditions = conditions
        self._known = known

    def all_of(self, fields: Fields) -> dict[str, Procedure]:
        entries = dict(fields.entries("procedures"))
        return {code: self.procedure(code, each, entries) for code, each in entries.items()}

    def procedure(self, code: str, fields: Fields, others: Mapping[str, Fields]) -> Procedure:
        words = Bilingual(fields)
        counter = fields.text("counter", is_required=True)
        if counter and counter not in self._known.counters:
            fields.remark("unknown_code", "counter", code=counter)
        procedure = Procedure(
            code=code,
            title=words.text("title", is_required=True),
            counter=counter,
            events=fields.codes("events", self._known.events),
            summary=words.text("summary"),
            when=self._condition(fields, "when"),
            bring=tuple(self._brought(fields)),
            deadline=self._deadline(fields),
            fee=self._fee(fields),
            online=self._online(fields),
            legal_basis=words.text("legal_basis"),
            after=fields.codes("after", others),
            steps=words.texts("steps"),
            line=fields.line,
        )
        words.close()
        return procedure

    def _condition(self, fields: Fields, key: str) -> Condition:
        return self._conditions.read(fields.take(key), f"{fields.place}.{key}")

    def _brought(self, fields: Fields) -> list[Bring]:
        place = f"{fields.place}.bring"
        node = fields.take("bring")
        if node is None:
            return []
        if not isinstance(node, Row):
            self._remarks.add("no_list", place, node.line)
            return []
        found: dict[str, Bring] = {}
        for item in node.items:
            bring = self._one_brought(item, place)
            if bring.document not in self._known.documents:
                self._remarks.add("unknown_code", place, item.line, code=bring.document)
            elif bring.document in found:
                self._remarks.add("repeated", place, item.line, code=bring.document)
            else:
                found[bring.document] = bring
        return list(found.values())

    def _one_brought(self, item: Node, place: str) -> Bring:
        if isinstance(item, Leaf):
            return Bring(item.text, ALWAYS, item.line)
        fields = Fields(item, place, self._remarks)
        bring = Bring(
            fields.text("document", is_required=True), self._condition(fields, "when"), item.line
        )
        fields.close()
        return bring

    def _deadline(self, parent: Fields) -> Deadline | None:
        if "deadline" not in parent:
            return None
        fields = parent.table("deadline")
        words = Bilingual(fields)
        is_none = fields.flag("none")
        units = [unit for unit in Unit if unit.value in fields]
        unit = units[0] if len(units) == 1 and not is_none else None
        if is_none == bool(units) or len(units) > 1:
            fields.remark("deadline_unclear")
        amount = fields.number(unit.value, 0) if unit else 0
        if abs(amount) > LARGEST_AMOUNT:
            fields.remark("amount", found=amount, limit=LARGEST_AMOUNT)
            amount = 0
        deadline = Deadline(
            unit=unit,
            amount=amount,
            sources=self._sources(fields) if unit else (),
            counting=fields.one_of("counting", Counting, Counting.NEXT_DAY),
            closed=fields.one_of("closed", Closed, Closed.NEXT),
            is_statutory=fields.flag("statutory"),
            words=words.text("words", is_required=is_none),
            line=fields.line,
        )
        if unit and deadline.counting is Counting.SAME_DAY and amount < 1:
            fields.remark("counting", unit.value)
        words.close()
        return deadline

    def _sources(self, fields: Fields) -> tuple[str, ...]:
        """The questions for the date from which is counted: one, or a list."""
        node = fields.take("from")
        leaves = node.items if isinstance(node, Row) else (node,) if node is not None else ()
        if not leaves:
            fields.remark("missing", "from", key="from")
        found = []
        for leaf in leaves:
            code = leaf.text if isinstance(leaf, Leaf) else ""
            question = self._known.questions.get(code)
            if question is None or question.kind is not Kind.DATE:
                fields.remark("no_date_question", "from", leaf.line, code=code)
            elif code not in found:
                found.append(code)
        return tuple(found)

    def _fee(self, parent: Fields) -> Fee | None:
        if "fee" not in parent:
            return None
        fields = parent.table("fee")
        words = Bilingual(fields)
        has_yen = "yen" in fields
        yen = fields.number("yen", 0)
        if yen < 0:
            fields.remark("no_number", "yen", found=yen)
        fee = Fee(yen if has_yen else None, words.text("words", is_required=not has_yen))
        words.close()
        return fee

    def _online(self, parent: Fields) -> Online | None:
        if "online" not in parent:
            return None
        fields = parent.table("online")
        words = Bilingual(fields)
        is_none = fields.flag("none")
        form, link = fields.text("form"), fields.text("link")
        if [bool(form), bool(link), is_none].count(True) != 1:
            fields.remark("online_unclear")
        if form and not FORM.fullmatch(form):
            fields.remark("bad_code", "form", code=form)
        if link and not LINK.fullmatch(link):
            fields.remark("no_link", "link", found=link)
        online = Online(form, link, words.text("words", is_required=is_none))
        words.close()
        return online
