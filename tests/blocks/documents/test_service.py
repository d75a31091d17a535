"""PDFs that anyone can read, and documents that are made once."""

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from threading import Barrier, Thread
from typing import Any, cast

import pypdf
import pytest
from django.core.files import locks
from pytest_django import Settings

from madoguchi.blocks.documents import service
from madoguchi.kernel import clock

TEMPLATE = "plan/pdf/plan.typ"
DATA: dict[str, Any] = {
    "title": "行政改革プラン",
    "subtitle": "",
    "period": "平成27年度～令和元年度",
    "city": "みなと市",
    "colour": "#0017c1",
    "exported": "令和8年11月23日　出力",
    "footnote": "みなと市",
    "themes": [],
}


@pytest.fixture(autouse=True)
def _data_folder(tmp_path: Path, settings: Settings) -> Iterator[None]:
    settings.DATA_DIR = tmp_path
    with clock.frozen(datetime(2026, 11, 23, 3, 0, tzinfo=UTC)):
        yield


def render(**changes: Any) -> pypdf.PdfReader:
    data = {**DATA, **changes}
    return pypdf.PdfReader(io.BytesIO(service.render_pdf(TEMPLATE, data, title=data["title"])))


def catalog_of(reader: pypdf.PdfReader) -> Any:
    return reader.trailer["/Root"]


def test_pdf_is_tagged_titled_and_in_a_language() -> None:
    catalog = catalog_of(render())
    assert catalog["/MarkInfo"]["/Marked"]
    assert catalog["/StructTreeRoot"]["/Type"] == "/StructTreeRoot"
    assert catalog["/Lang"] == "ja"
    assert catalog["/ViewerPreferences"]["/DisplayDocTitle"]
    metadata = render().metadata
    assert metadata is not None
    assert metadata.title == "行政改革プラン"


def test_pdf_says_that_it_follows_pdf_ua() -> None:
    assert b"<pdfuaid:part>1</pdfuaid:part>" in catalog_of(render())["/Metadata"].get_data()


def test_the_same_content_on_the_same_moment_gives_the_same_bytes() -> None:
    first = service.render_pdf(TEMPLATE, DATA, title="プラン")
    assert service.render_pdf(TEMPLATE, DATA, title="プラン") == first


def test_only_our_font_is_used() -> None:
    fonts = render(city="みなと市 Minato 1-2")
    names = {
        str(font.get_object()["/BaseFont"]).split("+")[-1]
        for page in fonts.pages
        for font in cast("Any", page)["/Resources"]["/Font"].values()
    }
    assert names
    assert all(name.startswith("NotoSansJP") for name in names)


@pytest.mark.parametrize(
    ("character", "codepoint"),
    [("😀", "U+1F600"), ("ก", "U+0E01"), ("\x01", "U+0001"), ("\ue000", "U+E000")],
)
def test_a_character_without_glyph_is_named_with_its_place(character: str, codepoint: str) -> None:
    themes = [{"label": "テーマ1", "name": f"夏{character}祭り", "initiatives": []}]
    with pytest.raises(service.MissingGlyph) as caught:
        render(themes=themes)
    assert (caught.value.character, caught.value.codepoint, caught.value.place) == (
        character,
        codepoint,
        ("themes", 0, "name"),
    )


def test_the_title_is_checked_too() -> None:
    with pytest.raises(service.MissingGlyph) as caught:
        service.render_pdf(TEMPLATE, DATA, title="😀")
    assert caught.value.place == ("title",)


@pytest.mark.parametrize(
    "text",
    ["①②③㈱℡／～〜—－", "𠮷野家・髙﨑・辻\U000e0100", "Wi-Fi\tabc　全角\n", "ｱｲｳｶﾞ・か\u3099"],
)
def test_what_plans_write_can_be_printed(text: str) -> None:
    assert render(city=text).pages


def test_unknown_template() -> None:
    with pytest.raises(service.UnknownTemplate):
        service.render_pdf("plan/pdf/none.typ", {}, title="")
    with pytest.raises(service.UnknownTemplate):
        service.template_digest("plan/pdf/none.typ")


def test_what_a_template_lacks_is_said() -> None:
    data = {key: value for key, value in DATA.items() if key != "themes"}
    with pytest.raises(service.TypesettingFailed, match='does not contain key "themes"'):
        service.render_pdf(TEMPLATE, data, title="プラン")


def test_nothing_is_complained_about(caplog: pytest.LogCaptureFixture) -> None:
    render()
    assert caplog.records == []


def test_text_is_never_source() -> None:
    text = "".join(page.extract_text() for page in render(city='#panic("x") *a* $x$ @b').pages)
    assert '#panic("x") *a* $x$ @b' in text


def test_digest_follows_the_content() -> None:
    assert service.digest_of("a", {"b": 1, "c": [2]}) == service.digest_of("a", {"c": [2], "b": 1})
    assert service.digest_of("a", {"b": 1}) != service.digest_of("a", {"b": 2})


def test_made_once_and_kept(tmp_path: Path) -> None:
    made: list[str] = []

    def make() -> bytes:
        made.append("x")
        return b"content"

    assert service.made_once("d1", make) == b"content"
    assert service.made_once("d1", make) == b"content"
    assert made == ["x"]
    kept = tmp_path / "cache" / "documents"
    assert sorted(found.name for found in kept.iterdir()) == ["d1", "lock"]


def test_many_who_ask_at_once_wait_for_one() -> None:
    made: list[int] = []
    answers: list[bytes] = []
    start = Barrier(8)

    def make() -> bytes:
        made.append(1)
        return b"content"

    def ask() -> None:
        start.wait()
        answers.append(service.made_once("d1", make))

    threads = [Thread(target=ask) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (made, answers) == ([1], [b"content"] * 8)


def test_what_failed_is_not_kept() -> None:
    def fail() -> bytes:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        service.made_once("d1", fail)
    assert service.made_once("d1", lambda: b"now") == b"now"


def test_the_oldest_make_room(tmp_path: Path) -> None:
    for number in range(service.KEPT_MOST + 3):
        service.made_once(f"d{number}", lambda: b"")
    kept = {found.name for found in (tmp_path / "cache" / "documents").iterdir()}
    assert len(kept) == service.KEPT_MOST + 1
    assert f"d{service.KEPT_MOST + 2}" in kept


def test_names_each_character_that_is_missing_once():
    assert service.missing_glyphs("窓口 12円") == ""
    assert service.missing_glyphs("a\U00013000b\U00013001\U00013000") == "\U00013000\U00013001"


def test_the_same_time_gives_the_same_bytes():
    at = datetime(2026, 4, 1, tzinfo=UTC)
    first = service.render_pdf(TEMPLATE, DATA, title="計画", made_at=at)
    with clock.frozen(datetime(2027, 1, 1, tzinfo=UTC)):
        assert service.render_pdf(TEMPLATE, DATA, title="計画", made_at=at) == first
    assert service.render_pdf(TEMPLATE, DATA, title="計画") != first


def test_numbers_and_nothing_need_no_glyph() -> None:
    assert render(themes=[], unused=[5, None, True]).pages


def test_what_typst_warns_of_is_logged(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "odd.typ").write_text('#set text(font: "No such font")\n題', encoding="utf-8")
    monkeypatch.setattr(
        "madoguchi.blocks.documents.operations.rendering.get_app_template_dirs",
        lambda _name: (tmp_path,),
    )
    with pytest.raises(service.TypesettingFailed, match="document title"):
        service.render_pdf("odd.typ", {}, title="")
    (tmp_path / "odd.typ").write_text(
        '#set document(title: "題")\n#set text(font: ("No such font", sys.inputs.font))\n題',
        encoding="utf-8",
    )
    service.render_pdf("odd.typ", {}, title="題")
    assert [record.message.split(":")[0] for record in caplog.records] == ["odd.typ"]
    assert "unknown font family" in caplog.text


def test_who_waited_takes_what_was_made_meanwhile(tmp_path: Path) -> None:
    folder = tmp_path / "cache" / "documents"
    folder.mkdir(parents=True)
    answers: list[bytes] = []

    def ask() -> None:
        answers.append(service.made_once("d1", lambda: b"made twice"))

    waiting = Thread(target=ask)
    with (folder / "lock").open("ab") as lock:
        locks.lock(lock, locks.LOCK_EX)
        waiting.start()
        waiting.join(timeout=0.5)
        (folder / "d1").write_bytes(b"made once")
    waiting.join()
    assert answers == [b"made once"]
