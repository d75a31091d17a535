"""What the guards share: where things are."""

from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "madoguchi"

ROOMS = {
    "__init__", "apps", "rules", "models", "queries", "operations", "service", "forms", "views",
    "api", "urls", "wagtail_hooks", "evidence", "tasks", "management", "templates",
    "templatetags", "static", "migrations",
}  # fmt: skip
"""The rooms of an app, docs/architecture.md."""

ENGINES = {
    "plan": {"document"},
    "documents": {"typesetting"},
    "procedures": {"guide"},
    "payments": {"slips", "collection", "zengin"},
}
"""Packages beside rules.py that are large engines, free of Django."""

DJANGO_NAMES = {"identity": {"adapter"}}
"""Modules that a library finds by a setting: allauth's adapter."""


def apps() -> Iterator[Path]:
    """Every package that is a Django app."""
    yield from (found.parent for found in sorted(SOURCE.rglob("apps.py")))


def modules(*, tests: bool = False) -> Iterator[Path]:
    """Every Python file that people wrote, migrations left out."""
    places = [SOURCE, ROOT / "scripts", ROOT / "benchmarks"] + ([ROOT / "tests"] if tests else [])
    for place in places:
        for path in sorted(place.rglob("*.py")):
            if "migrations" not in path.parts:
                yield path


def templates() -> Iterator[Path]:
    yield from sorted(path for path in SOURCE.rglob("*.html") if "templates" in path.parts)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))
