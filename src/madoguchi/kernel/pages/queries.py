"""The stylesheet as one file (what index.css imports, each file within its layer), and pages that
the site's search finds by the words of a service."""

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.urls import reverse
from django_stubs_ext import StrOrPromise

from madoguchi.kernel.registries import SearchHit
from madoguchi.kernel.text import excerpt, fold

CSS = Path(__file__).parent / "static" / "pages" / "css"
IMPORT = re.compile(r'@import url\("(?P<path>[^"]+)"\) layer\((?P<layer>\w+)\)(?P<media>[^;]*);')


@dataclass(frozen=True)
class Stylesheet:
    """``version`` changes with the text, so that browsers may keep it for as long as they like."""

    text: str
    version: str


@cache
def stylesheet() -> Stylesheet:
    """One request instead of one for each component: a phone waits for its slowest file."""
    text = IMPORT.sub(_inlined, (CSS / "index.css").read_text("utf-8"))
    return Stylesheet(text, hashlib.sha256(text.encode()).hexdigest()[:12])


def _inlined(found: re.Match[str]) -> str:
    rules = (CSS / found["path"]).read_text("utf-8")
    layered = f"@layer {found['layer']} {{\n{rules}}}"
    media = found["media"].strip()
    return f"@media {media} {{\n{layered}\n}}" if media else layered


type FindablePage = tuple[str, StrOrPromise, StrOrPromise]
"""The name of its address, its title, and the words by which people look for it."""


def find_pages(
    pages: Iterable[FindablePage], kind: str, query: str, limit: int
) -> Sequence[SearchHit]:
    """Pages in which every word is found, in their order."""
    words = query.split()
    keys = [key for key in map(fold, words) if key]
    hits = []
    for url_name, title, text in pages:
        body = fold(f"{title}\n{text}")
        if keys and all(key in body for key in keys):
            hits.append(
                SearchHit(
                    title=title,
                    url=reverse(url_name),
                    kind=kind,
                    excerpt=excerpt(str(text), words),
                )
            )
    return hits[:limit]
