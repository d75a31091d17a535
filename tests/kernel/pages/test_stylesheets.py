"""The stylesheets as files: all reachable, nothing from outside."""

import re
from pathlib import Path

from madoguchi.kernel import pages

CSS = Path(pages.__path__[0]) / "static" / "pages" / "css"


def test_index_imports_every_file_once() -> None:
    named = re.findall(r'@import url\("([^"]+)"\)', (CSS / "index.css").read_text("utf-8"))
    files = sorted(str(path.relative_to(CSS)) for path in CSS.rglob("*.css"))
    assert sorted([*named, "index.css"]) == files


def test_layers_come_in_their_order() -> None:
    index = (CSS / "index.css").read_text("utf-8")
    assert "@layer reset, tokens, base, components, utilities;" in index
    layers = re.findall(r"layer\((\w+)\)", index)
    order = ["reset", "tokens", "base", "components", "utilities"]
    assert sorted(layers, key=order.index) == layers


def test_nothing_is_loaded_from_elsewhere() -> None:
    for path in CSS.rglob("*.css"):
        assert re.findall(r"https?://|@font-face", path.read_text("utf-8")) == [], path.name


def test_only_tokens_name_colours() -> None:
    allowed = {"tokens.css", "print.css"}
    for path in CSS.rglob("*.css"):
        if path.name not in allowed:
            assert re.findall(r"#[0-9a-fA-F]{3,8}\b", path.read_text("utf-8")) == [], path.name
