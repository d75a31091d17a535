"""Every app has the same rooms, functions stay short, and exceptions to a rule carry a reason."""

import ast
import re

import pytest

from tests.guards.repository import DJANGO_NAMES, ENGINES, ROOMS, apps, modules, shown, templates

LONGEST_FUNCTION = 60
LONGEST_MODULE = 450


@pytest.mark.parametrize("app", list(apps()), ids=lambda app: app.name)
def test_an_app_has_the_rooms_of_the_house_and_no_others(app):
    allowed = ROOMS | ENGINES.get(app.name, set()) | DJANGO_NAMES.get(app.name, set())
    if app.name in {"demo", "procedures"}:
        allowed = allowed | {"content"}  # the sample city and the guide are data before code
    found = {entry.stem for entry in app.iterdir() if entry.name != "__pycache__"}
    assert found - allowed == set()


def _functions():
    for path in modules(tests=True):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield path, node


def test_no_function_is_longer_than_a_screen():
    long = [
        f"{shown(path)}:{node.lineno} {node.name}"
        for path, node in _functions()
        if (node.end_lineno or node.lineno) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_no_module_hides_two():
    long = [
        shown(path)
        for path in modules()
        if len(path.read_text(encoding="utf-8").splitlines()) > LONGEST_MODULE
        and "content" not in path.parts
    ]
    assert long == []


def test_every_exception_to_a_check_says_why():
    bare = re.compile(r"#\s*(noqa(:\s*[A-Z0-9, ]+)?|type:\s*ignore(\[[^\]]*\])?)\s*$")
    silent = [
        f"{shown(path)}:{number}"
        for path in modules(tests=True)
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert silent == []


INLINE = re.compile(
    r"\sstyle=|\son[a-z]+=\"|<style[\s>]|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE
)


@pytest.mark.parametrize("path", list(templates()), ids=shown)
def test_a_page_has_no_inline_script_or_style(path):
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"<script[^>]*type=\"application/(ld\+)?json\"", "", text)
    assert INLINE.findall(text) == []
