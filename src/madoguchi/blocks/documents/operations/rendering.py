"""Making PDFs: a Typst template of an app and plain data in, the bytes of a tagged PDF out.

Only the font that comes with the installation is used, so that a document looks alike on every
machine; since Typst leaves a blank where the font has no glyph, every text is checked first.
"""

import hashlib
import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from django.template.utils import get_app_template_dirs
from fontTools.ttLib import TTFont

from madoguchi.kernel import clock

log = logging.getLogger(__name__)

FONT: Final = "Noto Sans JP"

_LONGEST_SECONDS: Final = 300
_FONT_FOLDER: Final = "fonts/ofl/notosansjp"
_STANDARD: Final = "ua-1"  # PDF/UA-1: tagged, titled, in a language
_NEED_NO_GLYPH: Final = frozenset("\t\n\r\u00a0\u00ad\u200b\u2028\u2029\u2060\u3000\ufeff").union(
    map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))  # variation selectors
)

type Place = tuple[str | int, ...]


class MissingGlyph(ValueError):  # named for what could not be done
    """The font has no sign for a character; ``place`` leads through the data to its text."""

    def __init__(self, character: str, place: Place = ()) -> None:
        self.character = character
        self.codepoint = f"U+{ord(character):04X}"
        self.place = place
        super().__init__(f"{FONT} has no “{character}” ({self.codepoint}).")


class UnknownTemplate(LookupError):  # named for what could not be done
    """No app has a template of this name."""


class TypesettingFailed(RuntimeError):  # named for what could not be done
    """The template itself is at fault; the message is Typst's."""


def render_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    title: str,
    language: str = "ja",
    made_at: datetime | None = None,
) -> bytes:
    """The PDF that ``template`` makes of ``data``; the same bytes for the same ``made_at``.

    ``template`` is a Typst file in an app's ``templates`` folder (``plan/pdf/plan.typ``). It
    reads ``json(bytes(sys.inputs.data))``, ``sys.inputs.title``, ``.language`` and ``.font``;
    no text becomes part of its source. The PDF follows PDF/UA-1: what that standard refuses
    (a picture without words for it) rises as TypesettingFailed, as any fault of a template does.

    Raises MissingGlyph, UnknownTemplate.
    """
    source = _find(template)
    _check_glyphs({**data, "title": title})
    job = {
        "source": str(source),
        "fonts": str(_font_file().parent),
        "inputs": {
            "data": json.dumps(data, ensure_ascii=False),
            "title": title,
            "language": language,
            "font": FONT,
        },
        "standard": _STANDARD,
        "timestamp": int((made_at or clock.now()).timestamp()),
    }
    done = subprocess.run(  # our own module, in this interpreter
        [sys.executable, "-m", "madoguchi.blocks.documents.typesetting"],
        input=json.dumps(job).encode(),
        capture_output=True,
        timeout=_LONGEST_SECONDS,
        check=False,
    )
    said = done.stderr.decode(errors="replace").strip()
    if done.returncode:
        raise TypesettingFailed(f"{template}: {said}")
    if said:
        log.warning("%s: %s", template, said)
    return done.stdout


def missing_glyphs(text: str) -> str:
    """The characters of a text that the font cannot show, in their order, once each."""
    return "".join(dict.fromkeys(sign for sign in text if sign not in _characters()))


def template_digest(template: str) -> str:
    """Changes when the template's source does. Raises UnknownTemplate."""
    return hashlib.sha256(_find(template).read_bytes()).hexdigest()


def _find(template: str) -> Path:
    for folder in get_app_template_dirs("templates"):
        found = Path(folder, template)
        if found.is_file():
            return found
    raise UnknownTemplate(template)


def _check_glyphs(data: Mapping[str, Any]) -> None:
    known = _characters()
    for place, text in _texts(data, ()):
        if not known.issuperset(text):
            raise MissingGlyph(next(sign for sign in text if sign not in known), place)


def _texts(value: object, place: Place) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from _texts(part, (*place, key))
    elif isinstance(value, Sequence):
        for index, part in enumerate(value):
            yield from _texts(part, (*place, index))


@cache
def _characters() -> frozenset[str]:
    with TTFont(_font_file(), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap())) | _NEED_NO_GLYPH


def _font_file() -> Path:
    folder = Path(str(files("justmytype_intl_cjk").joinpath(_FONT_FOLDER)))
    return next(folder.glob("*.ttf"))
