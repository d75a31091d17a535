"""Files in the data folder that let people try the desk and the payers' pages."""

from pathlib import Path

from django.conf import settings

RESIDENT = "resident@madoguchi.example"
"""The mail address of the sample's resident with an account."""


def samples_folder() -> Path:
    return Path(settings.DATA_DIR, "samples")


def payer_file() -> Path:
    """Customer number and access code of somebody with a water bill to pay, one a line."""
    return samples_folder() / "payer.txt"


def case_file() -> Path:
    """Reception number and tracking code of a case to follow, one a line."""
    return samples_folder() / "case.txt"


def case_to_try() -> tuple[str, str] | None:
    """That number and code; None where the sample has no cases in it."""
    return _two_lines(case_file())


def payer_to_try() -> tuple[str, str] | None:
    """That number and code; None where the sample has no money in it."""
    return _two_lines(payer_file())


def _two_lines(path: Path) -> tuple[str, str] | None:
    if not path.exists():
        return None
    number, code = path.read_text(encoding="utf-8").split()
    return number, code
