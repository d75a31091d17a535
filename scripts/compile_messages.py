"""Compile every message catalogue of the project, with no gettext on the machine."""

from pathlib import Path

import polib

SOURCE = Path(__file__).resolve().parent.parent / "src" / "madoguchi"


def main() -> None:
    for catalogue in sorted(SOURCE.rglob("*.po")):
        compiled = catalogue.with_suffix(".mo")
        if not compiled.exists() or compiled.stat().st_mtime < catalogue.stat().st_mtime:
            polib.pofile(str(catalogue)).save_as_mofile(str(compiled))


if __name__ == "__main__":
    main()
