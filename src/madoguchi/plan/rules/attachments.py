"""Which files may be attached as evidence, told by their bytes and not by their names alone."""

import io
import zipfile
from pathlib import PurePosixPath

MEDIA_TYPES = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
"""By extension. Anything else is refused."""

_MEMBER = {"docx": "word/document.xml", "xlsx": "xl/workbook.xml"}
_TEXT_ENCODINGS = ("utf-8-sig", "cp932")


class WrongContent(ValueError):
    """The extension is not allowed, or the bytes are not what it says."""


def media_type_of(name: str, content: bytes) -> str:
    """The media type of a file that may be attached. Raises WrongContent."""
    extension = PurePosixPath(name).suffix.lower().lstrip(".")
    if extension not in MEDIA_TYPES or not _is(extension, content):
        raise WrongContent(extension)
    return MEDIA_TYPES[extension]


def _is(extension: str, content: bytes) -> bool:
    if extension == "pdf":
        return b"%PDF-" in content[:1024]
    if extension == "png":
        return content.startswith(b"\x89PNG\r\n\x1a\n")
    if extension in ("jpeg", "jpg"):
        return content.startswith(b"\xff\xd8\xff")
    if extension == "csv":
        return _is_text(content)
    return _holds(content, _MEMBER[extension])


def _holds(content: bytes, member: str) -> bool:
    """Whether it is a zip archive with that member; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return member in archive.namelist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return False


def _is_text(content: bytes) -> bool:
    if not content or b"\x00" in content:
        return False
    for encoding in _TEXT_ENCODINGS:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False
