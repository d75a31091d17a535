from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import fiscal

STYLES = st.sampled_from(["long", "short", "western"])
TO_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("H27年度", 2015),
        ("平成27 年度", 2015),
        ("R元年度", 2019),
        ("R 元年度", 2019),
        ("令和元年度", 2019),
        ("令和１年度", 2019),
        ("令和01年度", 2019),
        ("H31年度", 2019),
        ("H32年度", 2020),
        ("昭和100年度", 2025),
        ("2019年度", 2019),
        ("２０１９　年　度", 2019),
        ("2019年", 2019),
        ("2019", 2019),
        ("Ｈ２７年度", 2015),
        ("h27", 2015),
        ("平27", 2015),
        ("令1", 2019),
        ("㍻27年度", 2015),
        ("S63年度", 1988),
        ("大正15年度", 1926),
        ("明治45", 1912),
        ("M1年", 1868),
    ],
)
def test_reads_the_spellings_found_in_documents(text: str, year: int) -> None:
    assert fiscal.parse_fiscal_year(text) == year


@pytest.mark.parametrize(
    "text",
    ["X5年度", "H0年度", "H-1年度", "令和年度", "年度", "", "H1000年度", "27年度", "1867年度",
     "9999年度", "H27年度計画", "H27年4月", "平成平成27年度"],
)  # fmt: skip
def test_refuses_what_is_no_fiscal_year_and_keeps_the_text(text: str) -> None:
    with pytest.raises(fiscal.UnknownFiscalYear) as refusal:
        fiscal.parse_fiscal_year(text)
    assert refusal.value.text == text
    assert repr(text) in str(refusal.value)


@given(
    fy=st.integers(fiscal.FIRST_FISCAL_YEAR, 2900),
    style=STYLES,
    blanks=st.lists(st.sampled_from(["", " ", "\u3000", "\n"]), min_size=9, max_size=9),
    full_width=st.booleans(),
)
def test_every_label_reads_back(
    fy: int, style: fiscal.Style, blanks: list[str], full_width: bool
) -> None:
    label = fiscal.label(fy, style)
    written = label.translate(TO_FULL_WIDTH) if full_width else label
    spaced = "".join(blank + sign for blank, sign in zip(blanks, written, strict=False))
    assert fiscal.parse_fiscal_year(spaced) == fy
    assert fiscal.is_regular(label)
    assert not fiscal.is_regular(label[0] + " " + label[1:])


@pytest.mark.parametrize(
    ("text", "regular"),
    [
        ("H27年度", True),
        ("平成27年度", True),
        ("令和元年度", True),
        ("R元年度", True),
        ("R1年度", True),
        ("2015年度", True),
        ("H31年度", True),
        ("T15年度", True),
        ("令和1年度", False),
        ("H32年度", False),
        ("S64年度", False),
        ("昭和100年度", False),
        ("平成27 年度", False),
        ("Ｈ27年度", False),
        ("h27年度", False),
        ("H27", False),
        ("H27年", False),
        ("H01年度", False),
        ("平27年度", False),
        ("2015", False),
        ("２０１５年度", False),
        ("1867年度", False),
        ("X5年度", False),
    ],
)
def test_knows_the_regular_form(text: str, regular: bool) -> None:
    assert fiscal.is_regular(text) is regular


@pytest.mark.parametrize(
    ("fy", "long", "short", "western"),
    [
        (1868, "明治元年度", "M元年度", "1868年度"),
        (1912, "大正元年度", "T元年度", "1912年度"),
        (1926, "昭和元年度", "S元年度", "1926年度"),
        (1988, "昭和63年度", "S63年度", "1988年度"),
        (1989, "平成元年度", "H元年度", "1989年度"),
        (2018, "平成30年度", "H30年度", "2018年度"),
        (2019, "令和元年度", "R元年度", "2019年度"),
        (2026, "令和8年度", "R8年度", "2026年度"),
    ],
)
def test_labels(fy: int, long: str, short: str, western: str) -> None:
    assert fiscal.label(fy) == long
    assert fiscal.label(fy, "short") == short
    assert fiscal.label(fy, "western") == western


@pytest.mark.parametrize("fy", [1867, 9999])
def test_a_year_without_era_or_end_has_no_label(fy: int) -> None:
    with pytest.raises(fiscal.UnknownFiscalYear):
        fiscal.label(fy)


@given(st.dates(min_value=date(1, 4, 1), max_value=date(9999, 3, 31)))
def test_a_day_lies_in_its_fiscal_year(day: date) -> None:
    fy = fiscal.fiscal_year_of(day)
    assert fiscal.first_day(fy) <= day <= fiscal.last_day(fy)


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), "令和8年11月23日"),
        (date(2019, 5, 1), "令和元年5月1日"),
        (date(2019, 4, 30), "平成31年4月30日"),
        (date(1989, 1, 8), "平成元年1月8日"),
        (date(1989, 1, 7), "昭和64年1月7日"),
        (date(1926, 12, 25), "昭和元年12月25日"),
        (date(1912, 7, 30), "大正元年7月30日"),
        (date(1868, 1, 25), "明治元年1月25日"),
        (date(1868, 1, 24), "1868年1月24日"),
    ],
)
def test_dates_in_eras(day: date, written: str) -> None:
    assert fiscal.era_date(day) == written
