import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.kernel import text
from madoguchi.kernel.text import Segment

# signs that meet in such documents, and those in which folding could slip
SIGNS = st.text(
    st.sampled_from(
        "窓口まどマドｶﾞﾞﾟゞー－-‐ 　\n\u200b1１29hHＨrR元平成令和年度½㌔㍻葛\U000e0100é\u0301İßA.／・"
    )
)
TEXTS = st.one_of(SIGNS, st.text(max_size=40))


@pytest.mark.parametrize(
    ("spellings"),
    [
        ["まどぐち", "マドグチ", "ﾏﾄﾞｸﾞﾁ", "マト\u3099ク\u3099チ", "まど　ぐ\nち"],
        ["まどぐち", "ま ど\u200bぐち", "まと\u3099ぐち"],
        ["Ｗｉ－Ｆｉ", "Wi-Fi", "WIFI", "wi‐fi", "Ｗｉ−Ｆｉ", "Wi Fi", "Wiーfi"],
        ["ホームページ", "ﾎｰﾑﾍﾟｰｼﾞ", "ホ－ムペ－ジ", "ほーむぺーじ", "ホ-ムペ-ジ"],
        ["ホームページ", "ホ─ムペ─ジ", "ホ ームペー ジ"],
        ["1-11", "１－１１", "1 - 1 1", "1‐11", "1−11", "１ー１１"],
        ["H27年度", "平成27年度", "2015年度", "Ｈ２７ 年 度",],
        ["H27年度", "平成　２７年度", "H27", "平27年度", "㍻27年度"],
        ["令和元年度", "R元年度", "R 1年度", "H31年度", "平成31年度", "2019年度", "令和01年度"],
        ["平成27年", "H27年", "2015 年"],
        ["葛", "葛\U000e0100", "葛\ufe00"],
        ["計画", "計 画", "計　画"],
    ],
)  # fmt: skip
def test_spellings_share_a_key(spellings: list[str]) -> None:
    assert [text.fold(spelling) for spelling in spellings] == [text.fold(spellings[0])] * len(
        spellings
    )


@pytest.mark.parametrize(
    ("original", "key"),
    [
        ("H27年度から令和元年度", "fy2015からfy2019"),
        ("No.1 - 1 1 Ｇｏｏｇｌｅ Maps", "no.1-11googlemaps"),
        ("平成27年4月", "y20154月"),
        ("H27.4.1", "h27.4.1"),
        ("No.H27", "no.fy2015"),
        ("AWS3", "aws3"),
        ("H27～H31年度", "fy2015~fy2019"),
        ("H27〜H31年度", "fy2015~fy2019"),
        ("H0年度", "h0年度"),
        ("H½", "h1⁄2"),
        ("コンビニ - 1", "こんびに1"),
        ("ー", ""),
        ("1--1", "1-1"),
        ("ヷヽ", "ヷゝ"),
        ("", ""),
    ],
)
def test_keys(original: str, key: str) -> None:
    assert text.fold(original) == key


def test_initiative_numbers_stay_apart() -> None:
    assert text.fold("1-11") != text.fold("11-1")


def test_a_calendar_year_finds_the_fiscal_year_and_not_the_reverse() -> None:
    assert text.fold("平成27年") in text.fold("平成27年度")
    assert text.fold("2015") in text.fold("平成27年度")
    assert text.fold("平成27年度") not in text.fold("平成27年4月")


@pytest.mark.parametrize(
    ("original", "joined"),
    [
        ("計 画", "計画"),
        ("H27 年度", "H27年度"),
        ("第1 学校", "第1学校"),
        ("Google Maps", "Google Maps"),
        ("Ｇｏｏｇｌｅ　Ｍａｐｓ", "Ｇｏｏｇｌｅ　Ｍａｐｓ"),
        ("ICT の活用、 推進", "ICTの活用、推進"),
        ("実施\n継続", "実施\n継続"),
        (" 計　 画 ", "計画"),
        ("No.1 - 1 1", "No.1 - 1 1"),
        ("デ ータ ① ※", "データ①※"),
    ],
)
def test_split_words_are_joined(original: str, joined: str) -> None:
    assert text.join_split_words(original) == joined
    assert text.join_split_words(joined) == joined


@given(st.text(st.sampled_from("計画aZ9１ \u3000\t\n")))
def test_no_blank_is_left_beside_a_japanese_sign(original: str) -> None:
    joined = text.join_split_words(original)
    assert "".join(joined.split()) == "".join(original.split())
    for before, blank, after in zip(joined, joined[1:], joined[2:], strict=False):
        assert not (blank in " \u3000\t" and (before in "計画" or after in "計画"))


def test_a_very_long_run_of_blanks_takes_no_longer() -> None:
    assert text.join_split_words("a" + " " * 200_000 + "b") == "a" + " " * 200_000 + "b"


def test_squeeze() -> None:
    assert text.squeeze("　計 \n\n　画 \t") == "計 画"
    assert text.squeeze("\u3000\n") == ""


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("窓口の改善", "窓口の 改善", 1.0),
        ("", "", 1.0),
        ("あ", "い", 0.0),
        ("", "窓口", 0.0),
        ("窓口改善", "窓口開設", 1 / 3),
        ("H27年度開始", "平成27年度開始", 1.0),
    ],
)
def test_likeness(a: str, b: str, expected: float) -> None:
    assert text.similarity(a, b) == pytest.approx(expected)


@given(TEXTS, TEXTS)
def test_likeness_is_a_symmetric_share(a: str, b: str) -> None:
    assert 0 <= text.similarity(a, b) <= 1
    assert text.similarity(a, b) == text.similarity(b, a)
    assert text.similarity(a, a) == 1


def test_an_excerpt_marks_what_was_written() -> None:
    assert text.excerpt("総合ﾏﾄﾞｸﾞﾁをＨ２７ 年度に開設", ["まどぐち", "平成27年度"]) == (
        Segment("総合", False),
        Segment("ﾏﾄﾞｸﾞﾁ", True),
        Segment("を", False),
        Segment("Ｈ２７ 年度", True),
        Segment("に開設", False),
    )


def test_overlapping_matches_are_one() -> None:
    assert text.excerpt("市民窓口課", ["民窓", "窓口", ""]) == (
        Segment("市", False),
        Segment("民窓口", True),
        Segment("課", False),
    )


def test_a_long_text_is_cut_around_the_first_match() -> None:
    long = "あ" * 100 + "窓口" + "い" * 100
    assert text.excerpt(long, ["窓口"], width=20) == (
        Segment("…", False),
        Segment("あ" * 5, False),
        Segment("窓口", True),
        Segment("い" * 13, False),
        Segment("…", False),
    )
    assert text.excerpt(long, ["無"], width=20) == (
        Segment("あ" * 20, False),
        Segment("…", False),
    )


def test_a_match_or_cluster_at_the_edge_is_not_cut() -> None:
    assert text.excerpt("窓口あいう窓口かきくけこ", ["窓口"], width=6) == (
        Segment("窓口", True),
        Segment("あいう", False),
        Segment("…", False),
    )
    assert text.excerpt("あｶﾞいう", [], width=2) == (Segment("あ", False), Segment("…", False))
    assert text.excerpt("あ平成27年度い", ["平成27年度"], width=2)[1:] == (
        Segment("平成27年度", True),
        Segment("…", False),
    )


@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_an_uncut_excerpt_is_the_text(original: str, terms: list[str]) -> None:
    segments = text.excerpt(original, terms, width=1000)
    assert "".join(segment.text for segment in segments) == original


@given(TEXTS, TEXTS, TEXTS, st.integers(1, 12))
def test_every_match_holds_the_term(before: str, term: str, after: str, width: int) -> None:
    original = before + term + after
    segments = text.excerpt(original, [term], width=width)
    key = text.fold(term)
    for segment in segments:
        if segment.is_match:
            assert key in text.fold(segment.text)
    is_found = bool(key) and key in text.fold(original)
    assert any(segment.is_match for segment in segments) is is_found
    inner = "".join(segment.text for segment in segments).removeprefix("…").removesuffix("…")
    assert inner in original
