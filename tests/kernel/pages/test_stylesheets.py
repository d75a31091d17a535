"""The stylesheets as files: all reachable, nothing from outside."""

import gzip
import re
from pathlib import Path

import pytest
from django.test import Client

from madoguchi.kernel import pages
from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.pages.queries import stylesheet

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


def test_pages_get_every_file_in_its_layer_as_one() -> None:
    text = stylesheet().text
    for path in CSS.rglob("*.css"):
        if path.name != "index.css":
            assert path.read_text("utf-8") in text, path.name
    assert "@import" not in text
    assert text.count("{") == text.count("}")
    order = ["reset", "tokens", "base", "components", "utilities"]
    layers = re.findall(r"^@layer (\w+) \{", text, re.MULTILINE)
    assert list(dict.fromkeys(layers)) == order
    assert "@media print {\n@layer utilities {" in text


@pytest.mark.django_db
def test_address_of_the_stylesheet_follows_colour_and_version(client: Client) -> None:
    city = CityProfile.objects.create(name="日向町", key_colour="#115a36")
    version = stylesheet().version
    assert f'href="/styles.css?v={version}-115a36"' in client.get("/about/privacy/").text
    city.key_colour = "#0017c1"
    city.save()
    assert f'href="/styles.css?v={version}-0017c1"' in client.get("/about/privacy/").text


@pytest.mark.django_db
def test_stylesheet_is_served_packed_and_may_be_kept(client: Client) -> None:
    CityProfile.objects.create(name="日向町", key_colour="#115a36")
    answer = client.get("/styles.css", headers={"accept-encoding": "gzip"})
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Content-Encoding"] == "gzip"
    assert "max-age=604800" in answer["Cache-Control"]
    text = gzip.decompress(answer.content).decode()
    assert text.startswith(stylesheet().text)
    assert "--key-colour: #115a36;" in text
