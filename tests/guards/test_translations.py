"""Every source string has its Japanese; every Japanese string still has its source."""

import re
import shutil
import subprocess

import polib
import pytest

from tests.guards.repository import ROOT, SOURCE

CATALOGUE = SOURCE / "locale" / "ja" / "LC_MESSAGES" / "django.po"


@pytest.fixture(scope="module")
def extracted(tmp_path_factory):
    """The source strings as gettext's own tool finds them, from a copy of the tree."""
    if shutil.which("xgettext") is None:
        pytest.skip("gettext is not installed: the strings cannot be extracted")
    copy = tmp_path_factory.mktemp("messages") / "madoguchi"
    shutil.copytree(SOURCE, copy, ignore=shutil.ignore_patterns("*.po", "*.mo", "locale_wagtail"))
    (copy / "locale" / "ja" / "LC_MESSAGES").mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [str(ROOT / ".venv" / "bin" / "django-admin"), "makemessages", "-l", "ja", "--no-location"],
        cwd=copy,
        check=True,
        capture_output=True,
        env={"PATH": "/usr/bin:/bin"},
    )
    return polib.pofile(str(copy / "locale" / "ja" / "LC_MESSAGES" / "django.po"))


def keys(catalogue):
    return {(entry.msgctxt, entry.msgid) for entry in catalogue if not entry.obsolete}


def test_every_source_string_is_translated(extracted):
    done = {(e.msgctxt, e.msgid) for e in polib.pofile(str(CATALOGUE)) if e.translated()}
    assert sorted(map(str, keys(extracted) - done)) == []


def test_no_translation_is_left_over(extracted):
    assert sorted(map(str, keys(polib.pofile(str(CATALOGUE))) - keys(extracted))) == []


def test_placeholders_survive_translation():
    holes = re.compile(r"%\([a-z_]+\)[sd]|\{[a-z_.]*\}")
    wrong = [
        entry.msgid
        for entry in polib.pofile(str(CATALOGUE))
        if entry.msgstr and set(holes.findall(entry.msgid)) != set(holes.findall(entry.msgstr))
    ]
    assert wrong == []
