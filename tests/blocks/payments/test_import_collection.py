"""``madoguchi import_collection``: what it prints, and how it ends."""

import json
import os

import pytest
from django.core.management import call_command
from django.utils import translation

from madoguchi.blocks.payments.models import CollectionFile, FactRecord
from madoguchi.blocks.payments.queries.collection_words import NOTES
from madoguchi.kernel import clock
from tests.blocks.payments.collection.files import make_barcode, swap
from tests.blocks.payments.collection.paid import TODAY, file_of, make_paper, said

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(TODAY), translation.override("en"):
        yield


@pytest.fixture
def run(tmp_path, capsys):
    """Write the bytes, call the command; exit code, output and errors as lines."""

    def call(content, *options):
        path = tmp_path / "20261006.txt"
        path.write_bytes(content)
        code = 0
        try:
            call_command("import_collection", str(path), *options)
        except SystemExit as ended:
            code = ended.code
        said_out, said_err = capsys.readouterr()
        return code, said_out.splitlines(), said_err.splitlines()

    return call


@pytest.mark.parametrize(
    ("name", "kept"),
    [("収納.txt".encode("cp932"), "収納.txt"), (b"a" * 250 + b".txt", "a" * 196 + ".txt")],
)
def test_a_name_in_shift_jis_or_a_long_one(tmp_path, capsys, name, kept):
    path = tmp_path / os.fsdecode(name)
    path.write_bytes(file_of(said(make_paper()), layout="a"))
    call_command("import_collection", str(path), "--json")
    assert json.loads(capsys.readouterr().out)["file"] == kept
    assert CollectionFile.objects.get().name == kept
    with pytest.raises(SystemExit):
        call_command("import_collection", f"{path}.none", "--json")
    assert kept in json.loads(capsys.readouterr().out)["error"]


def test_a_file_that_was_booked(run):
    unknown = make_barcode(9_999, bill=9_000_000_000_000_077)
    content = file_of(said(make_paper()), said(unknown, "02"), layout="b")
    assert run(content) == (
        0,
        [
            "20261006.txt: Layout B (120 bytes, header, split barcode)",
            "Provisional receipts: 1, 12,300 yen",
            "Reversals of provisional receipts: 0, 0 yen",
            "Settlements: 1, 9,999 yen",
            "New: 2. Known already: 0. Work items opened: 1.",
            str(NOTES["trailer_unknown"]),
        ],
        [],
    )
    code, said_out, _ = run(content)
    assert (code, said_out[0]) == (
        0,
        "This file was read before, as “20261006.txt” at 2026-10-07 09:00. Nothing new was booked.",
    )


def test_a_file_that_was_booked_as_json(run):
    content = file_of(said(make_paper()), said(make_paper(500), "02"))
    code, said_out, said_err = run(content, "--json", "--layout", "a")
    data = json.loads("\n".join(said_out))
    assert (code, said_err) == (0, [])
    assert data.pop("digest") == CollectionFile.objects.get().digest
    expected = {
        "file": "20261006.txt",
        "layout": "a",
        "read_before": False,
        "booked": True,
        "records": 2,
        "amount": 12_800,
        "kinds": {
            "provisional": {"count": 1, "amount": 12_300},
            "reversal": {"count": 0, "amount": 0},
            "settlement": {"count": 1, "amount": 500},
        },
        "new": 2,
        "known": 0,
        "work_items": 0,
        "notes": [],
    }
    assert data == expected
    again = json.loads("\n".join(run(content, "--json")[1]))
    assert (again["read_before"], again["booked"], again["new"]) == (True, False, 0)


def test_lines_and_reasons_of_a_faulty_file(run):
    content = file_of(*(said(make_paper(1_000 + number)) for number in range(3)))
    content = swap(swap(content, 2, 3, "20260230"), 4, 11, "2500")
    assert run(content) == (
        1,
        [],
        [
            "Line 2: “20260230” is no day that there is.",
            "Line 4: “2500” is no time of day.",
            "“20261006.txt” was refused (faults: 2). Nothing was booked.",
        ],
    )
    assert FactRecord.objects.count() == 0


def test_a_faulty_file_as_json(run):
    content = swap(file_of(said(make_paper())), 2, 3, "20260230")
    code, said_out, _ = run(content, "--json")
    assert code == 1
    assert json.loads("\n".join(said_out)) == {
        "error": "“20261006.txt” was refused (faults: 1). Nothing was booked.",
        "layout": "a",
        "fault_count": 1,
        "faults": [{"line": 2, "code": "date", "reason": "“20260230” is no day that there is."}],
        "booked": False,
    }


def test_a_hundred_faults_are_listed(run):
    paper = make_paper()
    lines = file_of(*[said(paper)] * 120).split(b"\r\n")
    lines[1:121] = [line[:3] + b"20260230" + line[11:] for line in lines[1:121]]
    code, _, said_err = run(b"\r\n".join(lines))
    assert (code, len(said_err), said_err[100]) == (1, 102, "… and 20 more faults.")


def test_a_layout_that_does_not_exist_and_a_file_that_is_not_there(run, tmp_path, capsys):
    code, _, said_err = run(b"", "--layout", "csv")
    assert (code, said_err[0]) == (1, "The file is empty.")
    with pytest.raises(SystemExit) as ended:
        call_command("import_collection", str(tmp_path / "gone.txt"), "--json")
    assert ended.value.code == 1
    assert json.loads(capsys.readouterr().out)["booked"] is False
