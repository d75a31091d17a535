"""The stylesheet as one file: what index.css imports, each file within its layer."""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

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
