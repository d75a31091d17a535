"""Documents for tests: a receipt with the box that all documents share, and its kind."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.resources import files
from pathlib import Path

from madoguchi.blocks.documents import service

RECEIPT = service.DocumentKind("tests.receipt", "領収書")


def make_receipt(code: str, address: str) -> bytes:
    """What an app's maker gives to ``issue``. Typeset as apps' templates are."""
    data = {"text": "12,300円", "verification": service.verification_block(code, address)}
    return _typeset(json.dumps(data))


@cache
def plain_receipt() -> bytes:
    """A receipt that nobody signed yet."""
    return make_receipt("0000-0000-0000-0000", "https://city.example/verify/0000-0000-0000-0000/")


def _typeset(data: str) -> bytes:
    fonts = str(files("justmytype_intl_cjk").joinpath("fonts/ofl/notosansjp"))
    job = {
        "source": str(Path(__file__).with_name("receipt.typ")),
        "fonts": fonts,
        "inputs": {"data": data, "title": "領収書", "language": "ja", "font": service.FONT},
        "standard": "ua-1",
        "timestamp": 1_795_000_000,
    }
    done = subprocess.run(
        [sys.executable, "-m", "madoguchi.blocks.documents.typesetting"],
        input=json.dumps(job).encode(),
        capture_output=True,
        check=True,
    )
    assert done.stderr == b""
    return done.stdout


@contextmanager
def receipts_registered() -> Iterator[None]:
    service.document_kinds.register(RECEIPT)
    try:
        yield
    finally:
        service.document_kinds.unregister(RECEIPT.code)


def issue_receipt(**options: str) -> service.Issued:
    """A receipt with a PDF of a few bytes that no typesetter made, for tests of the entries."""
    return service.issue(RECEIPT.code, lambda _code, _address: plain_receipt(), by=None, **options)
