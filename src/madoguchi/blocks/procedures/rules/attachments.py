"""What an attached file is, told by its bytes; what it claims to be must be true.

PDF, JPEG and PNG are taken. A picture is drawn anew from its pixels, so that nothing else of the
file is kept: no place where it was taken, no second file behind its end. A PDF is kept as it came,
and refused where it is locked, can act by itself, or carries other files.

`look` reads what strangers sent: callers run it in a process of its own (``python -m`` this
module), which gives up memory and time on its own account. The job is a line of JSON with
``name``, then the bytes; the answer a line of JSON with ``media_type`` or ``refused``, then the
bytes to keep.
"""

import io
import json
import resource
import sys
import warnings
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import filetype
from PIL import Image, ImageOps, UnidentifiedImageError
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject

PDF: Final = "application/pdf"
JPEG: Final = "image/jpeg"
PNG: Final = "image/png"
EXTENSIONS: Final = {"pdf": PDF, "jpg": JPEG, "jpeg": JPEG, "png": PNG}
"""By extension. Anything else is refused."""
SUFFIX: Final = {PDF: ".pdf", JPEG: ".jpg", PNG: ".png"}

_HEIC: Final = frozenset({"image/heic", "image/heif"})
_HEIC_EXTENSIONS: Final = frozenset({"heic", "heif", "hif"})

MOST_PIXELS: Final = 60_000_000
MOST_PAGES: Final = 300
MOST_OBJECTS: Final = 50_000
LONGEST_NAME: Final = 200
SECONDS: Final = 20
"""Processor time for one file."""
MEMORY: Final = 1536 * 2**20

_ACTIVE: Final = frozenset(
    {
        "/JS",
        "/JavaScript",
        "/Launch",
        "/SubmitForm",
        "/ImportData",
        "/RichMedia",
        "/RichMediaContent",
        "/XFA",
        "/Movie",
        "/Rendition",
    }
)
_CARRYING: Final = frozenset(
    {"/EmbeddedFiles", "/EmbeddedFile", "/EF", "/FileAttachment", "/GoToE"}
)
_ZIP_END: Final = b"PK\x05\x06"
_ZIP_TAIL: Final = 2**16 + 22


class WrongFile(ValueError):
    """`code`: ``empty``, ``heic`` (as telephones keep pictures), ``kind`` (another that is not
    taken), ``claim`` (not what its name says), ``broken``, ``locked``, ``active``, ``carrying``,
    ``two`` (two files in one), ``huge``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Looked:
    """The bytes to keep, and what they are."""

    media_type: str
    content: bytes


def plain_name(name: str) -> str:
    """What a sender calls a file, to be shown: without folders and signs that turn text around."""
    last = PurePosixPath(name.replace("\\", "/")).name
    shown = "".join(sign for sign in last if sign.isprintable()).strip()
    if len(shown) <= LONGEST_NAME:
        return shown
    suffix = PurePosixPath(shown).suffix[:10]
    return shown[: LONGEST_NAME - len(suffix)] + suffix


def look(name: str, content: bytes) -> Looked:
    """The file as it may be kept. Raises WrongFile."""
    if not content:
        raise WrongFile("empty")
    kind = filetype.guess_mime(content)
    suffix = PurePosixPath(name).suffix.lower().lstrip(".")
    if kind in _HEIC or suffix in _HEIC_EXTENSIONS:
        raise WrongFile("heic")
    claimed = EXTENSIONS.get(suffix)
    if claimed is None or kind not in SUFFIX:
        raise WrongFile("kind" if claimed is None else "claim")
    if kind != claimed:
        raise WrongFile("claim")
    if kind == PDF:
        _look_into_pdf(content)
        return Looked(PDF, content)
    return Looked(kind, _drawn_anew(kind, content))


def _drawn_anew(kind: str, content: bytes) -> bytes:
    form = "JPEG" if kind == JPEG else "PNG"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(content), formats=[form]) as picture:
                if picture.width * picture.height > MOST_PIXELS:
                    raise WrongFile("huge")
                upright = ImageOps.exif_transpose(picture)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        raise WrongFile("huge") from None
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError) as error:
        if isinstance(error, WrongFile):
            raise
        raise WrongFile("broken") from None
    modes = ("L", "RGB") if form == "JPEG" else ("L", "RGB", "1", "LA", "RGBA")
    plain = upright if upright.mode in modes else upright.convert(modes[-1])
    plain.info = {}
    made = io.BytesIO()
    plain.save(made, form, quality=90)
    return made.getvalue()


def _look_into_pdf(content: bytes) -> None:
    if not content.startswith(b"%PDF-"):
        raise WrongFile("claim")
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise WrongFile("broken")
    if _ZIP_END in content[-_ZIP_TAIL:] or content[end + 5 :].strip(b"\0\r\n\t "):
        raise WrongFile("two")
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted:
            raise WrongFile("locked")
        _walk(reader)
        if not 0 < len(reader.pages) <= MOST_PAGES:
            raise WrongFile("huge" if len(reader.pages) else "broken")
    except WrongFile:
        raise
    except (PyPdfError, ValueError, TypeError, KeyError, AttributeError, IndexError, OSError):
        # a broken file may stumble anywhere in a reader that expects a whole one
        raise WrongFile("broken") from None
    except RecursionError:
        raise WrongFile("huge") from None


def _walk(reader: PdfReader) -> None:
    """Look at every object of the file, whether anything leads to it or not."""
    places = {
        (number, generation) for generation, offsets in reader.xref.items() for number in offsets
    } | {(number, 0) for number in reader.xref_objStm}
    if len(places) > MOST_OBJECTS:
        raise WrongFile("huge")
    _check(reader.trailer)
    for number, generation in sorted(places):
        if number:
            _check(reader.get_object(IndirectObject(number, generation, reader)))


def _check(thing: Any) -> None:
    """Names that mean action or cargo, in a value and in what lies directly in it."""
    left = [thing]
    while left:
        value = left.pop()
        if isinstance(value, DictionaryObject):
            for key in value:
                _check_name(key)
                left.append(value.raw_get(key))
        elif isinstance(value, ArrayObject):
            left += [list.__getitem__(value, place) for place in range(len(value))]
        elif isinstance(value, NameObject):
            _check_name(value)


def _check_name(name: str) -> None:
    if name in _ACTIVE:
        raise WrongFile("active")
    if name in _CARRYING:
        raise WrongFile("carrying")


def _main() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    job = json.loads(sys.stdin.buffer.readline())
    try:
        found = look(job["name"], sys.stdin.buffer.read())
    except WrongFile as wrong:
        answer, content = {"refused": wrong.code}, b""
    except MemoryError:
        answer, content = {"refused": "huge"}, b""
    else:
        answer, content = {"media_type": found.media_type}, found.content
    sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + content)


if __name__ == "__main__":
    _main()
