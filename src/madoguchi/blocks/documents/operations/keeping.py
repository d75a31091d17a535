"""Keeping documents that took long to make."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Final

from django.conf import settings
from django.core.files import locks

KEPT_MOST: Final = 200
"""So many documents are kept; the oldest make room."""


def digest_of(*parts: object) -> str:
    """A name for what is made of these values (JSON-able): the same values, the same name."""
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def made_once(digest: str, make: Callable[[], bytes]) -> bytes:
    """The document kept under ``digest``, made first where there is none.

    One document is made at a time, across all processes of the installation: whoever asks for
    the same meanwhile gets the finished one.
    """
    folder = settings.DATA_DIR / "cache" / "documents"
    kept = folder / digest
    if kept.exists():
        return bytes(kept.read_bytes())
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("ab") as lock:
        locks.lock(lock, locks.LOCK_EX)
        if kept.exists():
            return bytes(kept.read_bytes())
        made = make()
        unfinished = folder / f"{digest}.part"
        unfinished.write_bytes(made)
        unfinished.replace(kept)
        _make_room(folder)
    return made


def _make_room(folder: Path) -> None:
    documents = [found for found in folder.iterdir() if found.name != "lock"]
    documents.sort(key=lambda found: found.stat().st_mtime_ns)
    for old in documents[:-KEPT_MOST]:
        old.unlink()
