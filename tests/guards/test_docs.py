"""The documents say what the code has: apps, settings, commands, the two commands of the README."""

import re

import pytest

from tests.guards.repository import ROOT, SOURCE, apps, shown

OPERATIONS = ROOT / "docs" / "operations.md"
PAGES = {"audit": "audit", "city": "identity", "pages": "site"}
"""Small kernel apps that are described on another's page."""


@pytest.mark.parametrize("app", [app for app in apps() if app.name != "demo"], ids=lambda a: a.name)
def test_every_app_has_its_page(app):
    page = ROOT / "docs" / "services" / f"{PAGES.get(app.name, app.name)}.md"
    assert page.is_file(), shown(page)


def _settings():
    text = (SOURCE / "config" / "settings.py").read_text(encoding="utf-8")
    return sorted(set(re.findall(r"env\.\w+\(\s*\"([A-Z_]+)\"", text)))


@pytest.mark.parametrize("name", _settings())
def test_every_setting_is_documented(name):
    assert f"`{name}`" in OPERATIONS.read_text(encoding="utf-8")


def _commands():
    return sorted(
        path.stem
        for path in SOURCE.rglob("management/commands/*.py")
        if not path.stem.startswith("_")
    )


@pytest.mark.parametrize("name", _commands())
def test_every_command_is_documented(name):
    assert f"madoguchi {name}" in OPERATIONS.read_text(encoding="utf-8")


@pytest.mark.parametrize("readme", ["README.md", "README.ja.md"])
def test_the_readme_names_the_two_commands_that_ci_runs(readme):
    text = (ROOT / readme).read_text(encoding="utf-8")
    assert "make demo" in text
    assert "make test" in text
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert re.search(r"^make test\b", script, re.MULTILINE)


def test_no_address_of_a_package_index_or_of_this_machine_is_kept():
    leaks = [
        shown(path)
        for path in [*ROOT.glob("requirements/*.txt"), ROOT / "pyproject.toml", ROOT / "Makefile"]
        if re.search(r"--(extra-)?index-url|--find-links|file://", path.read_text(encoding="utf-8"))
    ]
    assert leaks == []
