"""Generated plans for the properties of the writers: nasty text on purpose."""

from hypothesis import strategies as st

from madoguchi.plan.document.model import (
    Initiative,
    Outcome,
    PlanDocument,
    ScheduleRow,
    Theme,
    Transfer,
)

NASTY = (
    "=1+1",
    "+81-3",
    "-1",
    "@SUM(A1)",
    "\t=cmd",
    "\r=cmd",
    " =1",
    "＝１＋１",
    "'quoted",
    "''",
    '"',
    "a,b;c|d",
    "1行目\n2行目",
    "1行目\r\n2行目",
    "／",
    "A／B（C／D）",
    "{plan.initiatives}件",
    "{{括弧}}",
    "{",
    "}",
    "<script>alert(1)</script>",
    "<b>&amp;</b>",
    "]]>",
    "①調査②実施",
    "↓",
    "取組終了",
    "次期プラン継続",
    "　全角の空白　",
    "  ",
    "",
    "1-12",
    "_x000D_",
    "_x005F_x000D_",
    "\x00\x01\x1f\x7f\x85",
    "\ufffe\uffff\ufdd0\ufeff",
    "𠮷野屋👨‍👩‍👧",
    "か\u3099",
    "#REF!",
    "TRUE",
    "2026-11-23",
    "0012",
)

texts = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
    st.tuples(st.sampled_from(NASTY), st.sampled_from(NASTY)).map("".join),
)
several = st.lists(texts, max_size=3).map(tuple)
numbers = st.integers(0, 9999)


@st.composite
def rows(draw: st.DrawFn) -> tuple[ScheduleRow, ...]:
    years = draw(st.sets(st.integers(1990, 2100), max_size=3))
    return tuple(
        ScheduleRow(
            fiscal_year=year,
            plan=draw(several),
            result=draw(several),
            continues=draw(st.booleans()),
            outcome=draw(st.none() | st.sampled_from(Outcome)),
            effect=draw(st.none() | st.integers(-(10**15), 10**15)),
        )
        for year in sorted(years)
    )


@st.composite
def initiatives(draw: st.DrawFn, theme: int) -> tuple[Initiative, ...]:
    return tuple(
        Initiative(
            theme=theme,
            number=number,
            name=draw(texts),
            departments=draw(several),
            problem=draw(several),
            content=draw(several),
            goal=draw(several),
            rows=draw(rows()),
            transfers=draw(
                st.lists(
                    st.builds(Transfer, subject=texts, theme=numbers, number=numbers, name=texts),
                    max_size=2,
                ).map(tuple)
            ),
        )
        for number in sorted(draw(st.sets(numbers, max_size=3)))
    )


@st.composite
def plans(draw: st.DrawFn) -> PlanDocument:
    """A plan with its numbers in order and each once; any text may be anywhere."""
    return PlanDocument(
        title=draw(texts),
        themes=tuple(
            Theme(number=number, name=draw(texts), initiatives=draw(initiatives(number)))
            for number in sorted(draw(st.sets(numbers, max_size=2)))
        ),
    )
