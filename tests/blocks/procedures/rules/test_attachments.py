"""Attached files: what they are is told by their bytes; what could act or carry is refused."""

import io
import zipfile

import pytest
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    DictionaryObject,
    NameObject,
    StreamObject,
    TextStringObject,
)

from madoguchi.blocks.procedures.rules.attachments import (
    JPEG,
    PDF,
    PNG,
    WrongFile,
    look,
    plain_name,
)
from tests.blocks.procedures.factories import picture, small_pdf


def written(change):
    """A PDF of one page after ``change(writer)``."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    change(writer)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def refusal(name, content):
    with pytest.raises(WrongFile) as wrong:
        look(name, content)
    return wrong.value.code


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("a.pdf", small_pdf(), PDF),
        ("A.PDF", small_pdf(3), PDF),
        ("a.png", picture(), PNG),
        ("a.jpg", picture(form="JPEG"), JPEG),
        ("a.jpeg", picture(form="JPEG"), JPEG),
    ],
)
def test_what_is_taken(name, content, media_type):
    assert look(name, content).media_type == media_type


HEIC = b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"
EXECUTABLE = b"MZ\x90\x00" + b"\0" * 600
SCRIPT = b"#!/bin/sh\nrm -rf /\n"
HTML = b"<html><script>alert(1)</script></html>"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.pdf", b"", "empty"),
        ("IMG_0001.HEIC", HEIC, "heic"),
        ("a.jpg", HEIC, "heic"),
        ("a.heif", picture(), "heic"),
        ("a.exe", EXECUTABLE, "kind"),
        ("a.svg", b"<svg/>", "kind"),
        ("a", small_pdf(), "kind"),
        ("a.pdf", EXECUTABLE, "claim"),
        ("a.pdf", SCRIPT, "claim"),
        ("a.png", HTML, "claim"),
        ("a.pdf", picture(), "claim"),
        ("a.png", small_pdf(), "claim"),
        ("a.jpg", picture(), "claim"),
        ("a.pdf", b"%PDF-1.7 nothing follows", "broken"),
        ("a.pdf", small_pdf()[:200] + b"%%EOF", "broken"),
        ("a.png", picture()[:60], "broken"),
        ("a.jpg", picture(form="JPEG")[:300], "broken"),
    ],
)
def test_what_is_not_what_it_claims(name, content, code):
    assert refusal(name, content) == code


def test_a_locked_pdf_is_refused():
    assert refusal("a.pdf", written(lambda writer: writer.encrypt("secret"))) == "locked"


def test_a_pdf_with_an_empty_password_is_refused_too():
    locked = written(lambda writer: writer.encrypt("", "owner"))
    assert refusal("a.pdf", locked) == "locked"


def test_a_pdf_with_a_script_is_refused():
    def change(writer):
        script = DictionaryObject({NameObject("/JS"): TextStringObject("app.alert(1)")})
        names = ArrayObject([TextStringObject("x"), writer._add_object(script)])
        tree = DictionaryObject({NameObject("/Names"): names})
        writer.root_object[NameObject("/Names")] = DictionaryObject(
            {NameObject("/Scripts"): writer._add_object(tree)}
        )

    assert refusal("a.pdf", written(change)) == "active"


def test_a_pdf_with_another_file_is_refused():
    carrying = written(lambda writer: writer.add_attachment("a.exe", EXECUTABLE))
    assert refusal("a.pdf", carrying) == "carrying"


@pytest.mark.parametrize("kind", ["/Launch", "/SubmitForm", "/ImportData", "/JavaScript"])
def test_a_pdf_that_acts_when_it_is_opened_is_refused(kind):
    def change(writer):
        action = DictionaryObject({NameObject("/S"): NameObject(kind)})
        writer.root_object[NameObject("/OpenAction")] = action

    assert refusal("a.pdf", written(change)) == "active"


def test_an_action_that_nothing_leads_to_is_found():
    def change(writer):
        writer._add_object(
            ArrayObject([DictionaryObject({NameObject("/S"): NameObject("/Launch")})])
        )

    assert refusal("a.pdf", written(change)) == "active"


def test_a_disguised_name_is_found():
    plain = written(
        lambda writer: writer._add_object(
            DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
        )
    )
    assert refusal("a.pdf", plain.replace(b"/JavaScript", b"/J#61vaScript")) in {
        "active",
        "broken",
    }


def test_words_in_a_text_are_no_action():
    def change(writer):
        writer.add_metadata({"/Title": "JavaScript, JS and EmbeddedFiles"})
        writer._add_object(DictionaryObject({NameObject("/X"): TextStringObject("/Launch")}))

    assert look("a.pdf", written(change)).media_type == PDF


def test_two_files_in_one_are_refused():
    made = io.BytesIO(small_pdf())
    with zipfile.ZipFile(made, "a") as archive:
        archive.writestr("evil.class", b"x")
    assert refusal("a.pdf", made.getvalue()) == "two"
    assert refusal("a.pdf", small_pdf() + HTML) == "two"


def test_of_a_picture_only_what_is_seen_is_kept():
    hidden = PngImagePlugin.PngInfo()
    hidden.add_text("Comment", "<script>alert(1)</script>")
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG", pnginfo=hidden)
    kept = look("a.png", made.getvalue() + EXECUTABLE).content
    assert b"script" not in kept
    assert b"MZ" not in kept
    assert Image.open(io.BytesIO(kept)).size == (8, 8)


def test_a_place_in_a_photograph_is_dropped_and_it_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6  # taken with the phone on its side
    exif.get_ifd(0x8825)[1] = "N"
    made = io.BytesIO()
    Image.new("RGB", (40, 20)).save(made, "JPEG", exif=exif)
    kept = Image.open(io.BytesIO(look("a.jpg", made.getvalue()).content))
    assert kept.size == (20, 40)
    assert not kept.getexif()


def test_a_picture_that_would_fill_the_memory_is_refused():
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG", optimize=True)
    assert len(made.getvalue()) < 200_000
    assert refusal("a.png", made.getvalue()) == "huge"


def test_a_pdf_with_too_many_pages_is_refused():
    assert refusal("a.pdf", small_pdf(301)) == "huge"


def test_a_stream_that_swells_is_never_opened():
    def change(writer):
        stream = StreamObject()
        stream.set_data(b"0" * 50_000_000)
        writer._add_object(stream.flate_encode())

    content = written(change)
    assert len(content) < 200_000
    assert look("a.pdf", content).media_type == PDF
    assert len(PdfReader(io.BytesIO(content)).pages) == 1


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\花子\\写真.png", "写真.png"),
        ("a\u202efdp.exe", "afdp.exe"),
        ("葛\U000e0100.pdf", "葛\U000e0100.pdf"),
        ("a\0b\n.pdf", "ab.pdf"),
        ("あ" * 10_000 + ".pdf", "あ" * 196 + ".pdf"),
    ],
)
def test_names_are_shown_and_never_paths(name, shown):
    assert plain_name(name) == shown
