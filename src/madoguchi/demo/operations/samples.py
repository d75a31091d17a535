"""Files in the data folder that let people try the desk and the payers' pages."""

from pathlib import Path

from django.conf import settings


def samples_folder() -> Path:
    return Path(settings.DATA_DIR, "samples")


def payer_file() -> Path:
    """Customer number and access code of somebody with a water bill to pay, one a line."""
    return samples_folder() / "payer.txt"


def payer_to_try() -> tuple[str, str] | None:
    """That number and code; None where the sample has no money in it."""
    path = payer_file()
    if not path.exists():
        return None
    number, code = path.read_text(encoding="utf-8").split()
    return number, code
