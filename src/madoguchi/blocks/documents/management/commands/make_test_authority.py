"""``madoguchi make_test_authority``: a key to try signing with."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from madoguchi.blocks.documents.operations.authority import (
    AUTHORITY_NAME,
    AuthorityExists,
    make_test_authority,
)
from madoguchi.kernel import clock


class Command(BaseCommand):
    help = "Make a certificate authority for tests and a key that signs documents under it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--output",
            type=Path,
            metavar="DIR",
            default=settings.DATA_DIR / "keys",
            help="folder for the files (default: keys in the data folder)",
        )

    def handle(self, *, output: Path, **options: Any) -> None:  # noqa: ARG002 # Django's signature
        try:
            made = make_test_authority(output, on=clock.today())
        except AuthorityExists as exists:
            raise CommandError(str(exists)) from None
        self.stdout.write(f"{AUTHORITY_NAME}\n  {made.key}\n  {made.root}\n")
        self.stdout.write(f"\n  MADOGUCHI_SIGNING_KEY={made.key}\n")
