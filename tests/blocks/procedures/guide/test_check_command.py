"""``madoguchi check_guide``: remarks with lines, and an exit code that scripts can ask."""

import pytest
from django.core.management import call_command
from django.utils import translation

from tests.blocks.procedures.guide.samples import SMALL


@pytest.fixture
def run(tmp_path, capsys):
    """What the command said of a file of this content, and how it ended."""

    def run(content):
        file = tmp_path / "guide.yaml"
        if content is not None:
            file.write_bytes(content if isinstance(content, bytes) else content.encode())
        with translation.override("en"):
            try:
                call_command("check_guide", str(file))
            except SystemExit as ended:
                return capsys.readouterr(), ended.code
        return capsys.readouterr(), 0

    return run


def test_a_good_file(run):
    said, code = run(SMALL)
    assert (said.out, said.err, code) == (
        "1 life events, 5 questions, 4 procedures; 0 remarks.\n", "", 0,
    )  # fmt: skip


def test_a_warning_does_not_fail(run):
    said, code = run(SMALL.replace("    fee: {yen: 0}\n", "", 1))
    assert "line 18: warning: procedures.notice: The fee is missing." in said.out
    assert code == 0


def test_a_circle_is_refused_with_its_reason(run):
    said, code = run(SMALL.replace("after: [notice]", "after: [notice, change_school]"))
    assert (
        "The procedures come after one another in a circle, so that none can be first: "
        "change_school → change_school."
    ) in said.out
    assert code == 1


def test_what_is_no_guide(run):
    said, code = run("format: 1\ntitle: a\ntitle: b\n")
    assert said.out == "line 3: error: “title” is there twice; first in line 2.\n"
    assert code == 1


def test_another_encoding(run):
    said, code = run(SMALL.encode("shift_jis", "replace"))
    assert "The file is not in UTF-8" in said.out
    assert code == 1


def test_no_file(run):
    said, code = run(None)
    assert "cannot be read" in said.err
    assert code == 1
