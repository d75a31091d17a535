"""The chain: how an entry is sealed, and how a broken chain shows.

Every digest covers its entry and the digest before it, so a change anywhere breaks the chain
there. The head holds the last number and digest, so a tail that was cut off shows too. Someone
who may write to the database could forge the whole rest of the chain and the head: keep the
head's digest outside now and then (`madoguchi verify_audit --json`) to notice that as well.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class BreakKind(StrEnum):
    """What is wrong at the first broken place."""

    GAP = "gap"
    """A number is missing."""
    LINK = "link"
    """The entry does not name the digest of the one before it."""
    DIGEST = "digest"
    """The entry's fields are not those that were sealed."""
    TRUNCATED = "truncated"
    """The head knows of entries that are not there."""
    HEAD = "head"
    """The head is missing, behind the entries, or names another digest than the last."""


@dataclass(frozen=True)
class Content:
    """An entry without its digest."""

    sequence: int
    at: datetime
    actor: str
    actor_roles: Sequence[str]
    action: str
    subject: str
    detail: Mapping[str, Any]
    previous_digest: str


@dataclass(frozen=True)
class Sealed:
    content: Content
    digest: str


@dataclass(frozen=True)
class Head:
    sequence: int
    digest: str


@dataclass(frozen=True)
class Break:
    """The first broken place; `sequence` is the number of the entry that is wrong or missing."""

    sequence: int
    kind: BreakKind


@dataclass(frozen=True)
class Verification:
    """`entries` is how many were found sound, `head` the digest of the last of them."""

    entries: int
    head: str
    broken: Break | None

    @property
    def is_sound(self) -> bool:
        return self.broken is None


def digest(content: Content) -> str:
    """SHA-256 (hex) of the entry's canonical JSON: UTF-8, keys sorted, no blanks, time in UTC."""
    return hashlib.sha256(
        json.dumps(
            {
                "sequence": content.sequence,
                "at": content.at.astimezone(UTC).isoformat(timespec="microseconds"),
                "actor": content.actor,
                "actor_roles": content.actor_roles,
                "action": content.action,
                "subject": content.subject,
                "detail": content.detail,
                "previous_digest": content.previous_digest,
            },
            ensure_ascii=False,
            sort_keys=True,
            separators=(",", ":"),
        ).encode()
    ).hexdigest()


def verify(entries: Iterable[Sealed], head: Head | None, genesis: str) -> Verification:
    """Walk entries in order of their numbers up to the first broken place."""
    count, last = 0, genesis
    for entry in entries:
        kind = _what_breaks(entry, count + 1, last)
        if kind is not None:
            return Verification(count, last, Break(count + 1, kind))
        count, last = count + 1, entry.digest
    return Verification(count, last, _break_at_end(count, last, head))


def _what_breaks(entry: Sealed, expected: int, previous: str) -> BreakKind | None:
    if entry.content.sequence != expected:
        return BreakKind.GAP
    if entry.content.previous_digest != previous:
        return BreakKind.LINK
    return BreakKind.DIGEST if digest(entry.content) != entry.digest else None


def _break_at_end(count: int, last: str, head: Head | None) -> Break | None:
    if head is not None and head.sequence > count:
        return Break(count + 1, BreakKind.TRUNCATED)
    if head != Head(count, last):
        return Break(count, BreakKind.HEAD)
    return None
