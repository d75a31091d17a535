"""The marks inside a cell of the schedule: separators, numbered lists, ↓, how it ended."""

import re
from dataclasses import dataclass, field
from typing import Final

from madoguchi.kernel.fiscal import is_regular, parse_fiscal_year
from madoguchi.kernel.text import join_split_words, squeeze
from madoguchi.plan.document.model import Outcome, Transfer
from madoguchi.plan.document.tabular import OUTCOME_WORDS

OUTCOMES: Final = {
    "取組終了": Outcome.FINISHED,
    "取り組み終了": Outcome.FINISHED,
    "取組み終了": Outcome.FINISHED,
    "取組完了": Outcome.FINISHED,
    "次期プラン継続": Outcome.CARRIED_OVER,
    "次期プランへ継続": Outcome.CARRIED_OVER,
    "次期プランに継続": Outcome.CARRIED_OVER,
}
_FRAME: Final = "【】（）()［］[]〔〕□■☐☑◎●○※→⇒⇨*＊ 　・:：。"
_OUTCOME_AT_END: Final = re.compile(
    r"(?P<frame>[\s【（(［\[〔□■→⇒※*]+)?(?P<word>"
    + "|".join("".join(f"{sign}\\s*" for sign in word)[:-3] for word in OUTCOMES)
    + r")\s*[】）)］\]〕*。]*$"
)
_PARTICLES: Final = "のをがはにでともや、へ"
_ARROWS: Final = frozenset("↓⇓⬇↡")
_SHAFTS: Final = frozenset({"│", "｜", "|", "┃", "︱"})
_DITTO: Final = frozenset({"〃", "″", "同上"})
_OPEN: Final = {"（": ")", "(": ")", "［": "]", "[": "]", "「": "」", "『": "』"} | {
    "【": "】", "〔": "〕", "｛": "}", "{": "}", "〈": "〉", "《": "》",
}  # fmt: skip
_CLOSE: Final = {"）": ")", ")": ")", "］": "]", "]": "]", "」": "」", "』": "』"} | {
    "】": "】", "〕": "〕", "｝": "}", "}": "}", "〉": "〉", "》": "》",
}  # fmt: skip
_CIRCLED: Final = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_BULLET: Final = re.compile(r"^[・●○■□◆◇▪•‣*＊‐–－-]\s*(?=\S)")
_ERA_YEAR: Final = re.compile(r"[MTSH][1-9][0-9]?年度", re.ASCII)
_TRANSFER: Final = re.compile(
    r"は[、,]?\s*(?:No|NO|no|№|Ｎｏ|ＮＯ)\s*[.．]?\s*(?P<theme>\d[\d\s]{0,6}?)\s*[-－−‐–ー―]\s*"
    r"(?P<number>\d(?:[\d\s]{0,6}\d)?)\s*(?:「(?P<name>[^「」]{1,200})」)?\s*"
    r"(?:に|へ)\s*(?:移行|統合|移管|引き?継|継承)"
)
_LONGEST_SUBJECT: Final = 200
_TAIL: Final = 80
"""How far from its end a line is looked at for the words that end an initiative."""
_RAW: Final = 5_000


@dataclass(slots=True)
class Marks:
    """What a cell says. ``notes`` are (code, found, read as) in the order they were met."""

    items: list[str] = field(default_factory=list)
    continues: bool = False
    outcome: Outcome | None = None
    notes: list[tuple[str, str, str]] = field(default_factory=list)

    def end(self, outcome: Outcome) -> None:
        if self.outcome is not None and self.outcome is not outcome:
            self.notes.append(
                ("outcome_twice", OUTCOME_WORDS[outcome], OUTCOME_WORDS[self.outcome])
            )
            return
        self.outcome = outcome


def outcome_of(text: str) -> Outcome | None:
    """The outcome that ``text`` is, brackets and boxes aside, or None."""
    return OUTCOMES.get(re.sub(r"\s", "", text).strip(_FRAME))


def read_marks(text: str, raw: str) -> Marks:
    """Take a cell of the schedule apart. ``raw`` is the cell with its markup."""
    marks = Marks()
    raw = raw[-_RAW:]
    lines = _join_open_brackets([squeeze(line) for line in text.split("\n") if line.strip()])
    kept = [line for line in (_without_outcome(line, raw, marks) for line in lines) if line]
    if len(kept) > 1:
        marks.notes.append(("items_by_break", " ⏎ ".join(kept), "／"))
    for line in kept:
        for piece in _pieces(line, marks):
            _take(piece, marks)
    return marks


def _join_open_brackets(lines: list[str]) -> list[str]:
    """A line that ends inside a bracket goes on in the next one."""
    joined: list[str] = []
    for line in lines:
        if joined and _unclosed(joined[-1]) and any(sign in _CLOSE for sign in line):
            joined[-1] += line
        else:
            joined.append(line)
    return joined


def _unclosed(line: str) -> bool:
    opened = sum(sign in _OPEN for sign in line)
    return opened > sum(sign in _CLOSE for sign in line)


def _without_outcome(line: str, raw: str, marks: Marks) -> str:
    outcome = outcome_of(line)
    if outcome is not None:
        marks.end(outcome)
        marks.notes.append((_outcome_note(line, raw), _around(line, raw), OUTCOME_WORDS[outcome]))
        return ""
    tail = line[-_TAIL:]
    found = _OUTCOME_AT_END.search(tail)
    if found is None:
        return line
    before = line[: len(line) - len(tail) + found.start()]
    if not found["frame"] and before[-1:] in _PARTICLES:
        return line
    outcome = OUTCOMES[re.sub(r"\s", "", found["word"])]
    marks.end(outcome)
    code = "outcome_in_line" if found["frame"] or before.endswith("／") else "outcome_glued"
    marks.notes.append((code, squeeze(line), OUTCOME_WORDS[outcome]))
    return before.rstrip(" 　／")


def _outcome_note(line: str, raw: str) -> str:
    word = r"\s*".join(re.escape(sign) for sign in line if not sign.isspace())
    forms = (
        ("outcome_in_span", rf"<span\b[^>]*>\s*{word}"),
        ("outcome_in_bold", rf"(?:<(?:b|strong)\b[^>]*>|\*\*)\s*{word}"),
        ("outcome_after_break", rf"(?:<br\s*/?>|\n)\s*{word}"),
    )
    for code, form in forms:
        if re.search(form, raw, re.IGNORECASE):
            return code
    return "outcome_alone"


def _around(line: str, raw: str) -> str:
    """The mark with the markup that it stands in."""
    word = r"\s*".join(re.escape(sign) for sign in line if not sign.isspace())
    found = re.search(rf"(?:<[^<>]*>\s*|\*\*)?{word}(?:\s*</\w+>|\*\*)?", raw)
    return squeeze(found[0]) if found else squeeze(line)


def _pieces(line: str, marks: Marks) -> list[str]:
    """Cut at ／ outside brackets, and at a half-width / that has blanks on both sides.

    A half-width / without blanks is part of a word (24h/8h) and stays.
    """
    depth = _depths(line)
    pieces = [""]
    for index, sign in enumerate(line):
        halfwidth = sign == "/" and line[index - 1 : index + 2] in (" / ", "\u3000/\u3000")
        if (sign == "／" or halfwidth) and not depth[index]:
            pieces.append("")
            if halfwidth:
                marks.notes.append(("separator_halfwidth", squeeze(line), "／"))
        else:
            pieces[-1] += sign
    return [part for piece in pieces for part in _numbered(piece.strip(), marks)]


def _depths(line: str) -> list[int]:
    """How many brackets are open at each sign. A bracket without its partner does not count."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for index, sign in enumerate(line):
        if sign in _OPEN:
            stack.append((_OPEN[sign], index))
        elif sign in _CLOSE and any(want == _CLOSE[sign] for want, _ in stack[-8:]):
            while stack:
                want, start = stack.pop()
                if want == _CLOSE[sign]:
                    pairs.append((start, index))
                    break
    steps = [0] * (len(line) + 1)
    for start, end in pairs:
        steps[start] += 1
        steps[end] -= 1
    depth, depths = 0, []
    for step in steps:
        depth += step
        depths.append(depth)
    return depths


def _numbered(piece: str, marks: Marks) -> list[str]:
    """``①調査②検討`` is two items; a ① that only refers to something is not a list."""
    if not piece.startswith("①") or "②" not in piece:
        return [piece]
    parts, rest = [], piece[1:]
    for sign in _CIRCLED[1:]:
        head, found, tail = rest.partition(sign)
        parts.append(head.strip())
        rest = tail
        if not found:
            break
    marks.notes.append(("items_numbered", squeeze(piece), "／".join(parts)))
    return parts


def _take(piece: str, marks: Marks) -> None:
    bare = piece.strip()
    if not bare:
        return
    if bare in _SHAFTS or bare in _DITTO or all(sign in _ARROWS for sign in bare):
        marks.continues = True
        if bare in _DITTO:
            marks.notes.append(("ditto", bare, "↓"))
        return
    if bare[0] in _ARROWS:
        marks.continues = True
        bare = bare.lstrip("".join(_ARROWS)).strip()
    unbulleted = _BULLET.sub("", bare)
    if unbulleted != bare:
        marks.notes.append(("bullet", squeeze(bare), unbulleted))
    text = join_split_words(squeeze(unbulleted))
    marks.notes += notes_on_words(unbulleted)
    if text[0] in "(（" and text[-1] in ")）" and min(_depths(text)[: len(text) - 1]) > 0:
        marks.notes.append(("item_in_brackets", text, text))
    marks.items.append(text)


def notes_on_words(text: str) -> list[tuple[str, str, str]]:
    """What is irregular about the words themselves: blanks inside them, years of an ended era."""
    notes = []
    line = squeeze(text)
    joined = join_split_words(line)
    if joined != line:
        cut, cut_joined = _around_blanks(line) if len(line) > 60 else (line, joined)
        notes.append(("blanks_in_words", cut, cut_joined))
    notes += [
        ("year_era_ended", year, f"{parse_fiscal_year(year)}年度")
        for year in _ERA_YEAR.findall(joined)
        if not is_regular(year)
    ]
    return notes


def _around_blanks(line: str) -> tuple[str, str]:
    """The parts of a long text in which blanks were removed, before and after."""
    parts: list[tuple[int, int]] = []
    for blank in (at for at, sign in enumerate(line) if sign == " "):
        joined = join_split_words(line[max(0, blank - 1) : blank + 2])
        if " " in joined:
            continue
        start, end = max(0, blank - 8), blank + 9
        if parts and start <= parts[-1][1]:
            parts[-1] = (parts[-1][0], end)
        else:
            parts.append((start, end))
    cuts = [line[start:end] for start, end in parts]
    return "…".join(cuts), "…".join(join_split_words(cut) for cut in cuts)


def find_transfers(text: str) -> list[tuple[str, Transfer]]:
    """Every ``※…は、No.1-12「…」に移行`` in a text, each with the words it was read from."""
    found = []
    for match in _TRANSFER.finditer(text):
        before = text[max(0, match.start() - _LONGEST_SUBJECT) : match.start()]
        subject = re.split(r"[※。]", before)[-1]
        mark = "※" if before[: len(before) - len(subject)].endswith("※") else ""
        if not subject.strip():
            continue
        transfer = Transfer(
            subject=join_split_words(squeeze(subject.removesuffix("について"))),
            theme=int(re.sub(r"\s", "", match["theme"])),
            number=int(re.sub(r"\s", "", match["number"])),
            name=join_split_words(squeeze(match["name"] or "")),
        )
        found.append((squeeze(f"{mark}{subject}{match[0]}"), transfer))
    return found
