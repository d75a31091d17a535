"""Which files may be attached."""

import io
import zipfile

import pytest

from madoguchi.plan.rules import attachments


def archive(*names):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        for name in names:
            file.writestr(name, "x")
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("報告.PDF", b"%PDF-1.7\n", "application/pdf"),
        ("a.png", b"\x89PNG\r\n\x1a\n....", "image/png"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a.csv", "部署,件数".encode(), "text/csv"),
        ("a.csv", "部署,件数".encode("cp932"), "text/csv"),
        ("a.docx", archive("word/document.xml"), attachments.MEDIA_TYPES["docx"]),
        ("a.xlsx", archive("xl/workbook.xml"), attachments.MEDIA_TYPES["xlsx"]),
    ],
)
def test_allowed(name, content, media_type):
    assert attachments.media_type_of(name, content) == media_type


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.exe", b"MZ"),
        ("a.html", b"<script>"),
        ("a.svg", b"<svg/>"),
        ("nothing", b"%PDF-1.7"),
        ("a.pdf", b"<html>"),
        ("a.png", b"\xff\xd8\xff"),
        ("a.jpeg", b"GIF89a"),
        ("a.docx", archive("xl/workbook.xml")),
        ("a.xlsx", b"PK\x03\x04 broken"),
        ("a.csv", b"\x00\x01"),
        ("a.csv", b""),
        ("a.csv", b"\x81 \xfd"),
    ],
)
def test_refused(name, content):
    with pytest.raises(attachments.WrongContent):
        attachments.media_type_of(name, content)
