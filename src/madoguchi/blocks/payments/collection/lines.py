"""Cutting a stream into records, a bounded number of bytes at a time."""

from collections.abc import Iterator
from typing import BinaryIO, Final

from madoguchi.blocks.payments.collection.profiles import RECORD_BYTES

LONGEST_LINE: Final = 4096
"""Bytes; no layout has a line near it."""
END_MARK: Final = b"\x1a"
"""What old systems write after the last record."""


def text_lines(stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Number, bytes without the line end, whether it was too long (then only its beginning)."""
    number = 0
    while line := stream.readline(LONGEST_LINE):
        number += 1
        is_cut = len(line) == LONGEST_LINE and not line.endswith(b"\n")
        if is_cut:
            _skip_line(stream)
        yield number, line.removesuffix(b"\n").removesuffix(b"\r"), is_cut


def _skip_line(stream: BinaryIO) -> None:
    while rest := stream.readline(LONGEST_LINE):
        if rest.endswith(b"\n"):
            return


def blocks(stream: BinaryIO) -> Iterator[tuple[int, bytes, bool]]:
    """Records of a file without line ends; the last may be short."""
    number = 0
    while block := stream.read(RECORD_BYTES):
        number += 1
        yield number, block, False


def has_line_ends(head: bytes) -> bool:
    return b"\n" in head[: RECORD_BYTES * 5] or len(head) <= RECORD_BYTES


def is_after_the_end(line: bytes) -> bool:
    """Blank, or the end mark: passed over after the last record."""
    return not line.strip(b" \r\n" + END_MARK)
