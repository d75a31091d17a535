"""How large a file may be, and how large what is packed in it."""

import io
import lzma
import re
import struct
import zipfile
import zlib
from typing import Final

from madoguchi.plan.document.errors import PlanUnreadable

MEGABYTE: Final = 1024 * 1024
MAX_FILE: Final = 32 * MEGABYTE
MAX_INFLATED: Final = 96 * MEGABYTE
MAX_MEMBERS: Final = 5_000
MAX_RATIO: Final = 400
MAX_CELLS: Final = 400_000
MAX_TAGS: Final = 2_500_000
MAX_TEXT: Final = 16_000_000
MAX_CELL_TEXT: Final = 20_000
MAX_REMARKS: Final = 50_000
MAX_INITIATIVES: Final = 5_000
MAX_ITEM: Final = 500
MAX_ITEMS: Final = 1_000
"""Of the plan or the result of one year."""
MAX_NAME: Final = 200
MAX_TITLE: Final = 120
MAX_SUBJECT: Final = 300
MAX_DEPARTMENT: Final = 80
MAX_EFFECT: Final = 1_000_000_000_000
"""Thousand yen: more than the country's budget."""
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    OSError,
    RuntimeError,  # encrypted, or a method of compression that is not supported
    ValueError,
)
_CHUNK: Final = 256 * 1024
_DECLARATION: Final = re.compile(rb"<\0?!\0?(?:D\0?O\0?C\0?T\0?Y\0?P\0?E|E\0?N\0?T\0?I\0?T\0?Y)")
_CELL: Final = re.compile(rb"<(?:\w+:)?c[ />]")


def check_size(data: bytes) -> None:
    if not data:
        raise PlanUnreadable("empty")
    if len(data) > MAX_FILE:
        raise PlanUnreadable("too_large", limit=MAX_FILE // MEGABYTE)


def check_zip(data: bytes) -> frozenset[str]:
    """Unpack every member once, keeping nothing, and refuse what no plan would hold.

    What a member says of its own size is not believed: the bytes that come out are counted,
    and it stops at the limit. Gives the names of the members.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            if len(members) > MAX_MEMBERS:
                raise PlanUnreadable("zip_too_many_members", limit=MAX_MEMBERS)
            if sum(member.file_size for member in members) > MAX_INFLATED:
                raise PlanUnreadable("zip_too_large", limit=MAX_INFLATED // MEGABYTE)
            inflated = cells = tags = 0
            for member in members:
                size, found_cells, found_tags = _unpack(archive, member, MAX_INFLATED - inflated)
                inflated += size
                cells += found_cells
                tags += found_tags
            if inflated > 8 * MEGABYTE and inflated > MAX_RATIO * len(data):
                raise PlanUnreadable("zip_ratio")
            if cells > MAX_CELLS or tags > MAX_TAGS:
                raise PlanUnreadable("spreadsheet_too_large", limit=MAX_CELLS)
            return frozenset(archive.namelist())
    except (
        zipfile.BadZipFile,
        zlib.error,
        lzma.LZMAError,
        EOFError,
        OSError,
        RuntimeError,
    ) as error:
        raise PlanUnreadable("zip_broken") from error
    except (NotImplementedError, ValueError, struct.error) as error:
        if isinstance(error, PlanUnreadable):
            raise
        raise PlanUnreadable("zip_broken") from error


def _unpack(archive: zipfile.ZipFile, member: zipfile.ZipInfo, room: int) -> tuple[int, int, int]:
    """The size of a member, how many cells it holds as a worksheet, how many tags as XML."""
    is_xml = member.filename.endswith((".xml", ".rels", ".vml"))
    is_worksheet = "worksheets/" in member.filename
    size = cells = tags = 0
    tail = b""
    with archive.open(member) as stream:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > room:
                raise PlanUnreadable("zip_too_large", limit=MAX_INFLATED // MEGABYTE)
            if is_xml and _DECLARATION.search(tail + chunk):
                raise PlanUnreadable("xml_declares_entities")
            if is_xml:
                tags += chunk.count(b"<")
            if is_worksheet:
                cells += len(_CELL.findall(chunk))
            tail = chunk[-32:]
    return size, cells, tags
