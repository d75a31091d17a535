"""``madoguchi print_slips``: what it says, and that it can be run again."""

import io
import json
from datetime import date, datetime
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from madoguchi.blocks.payments.models import BillingRun, Slip, StoreProfile
from madoguchi.blocks.payments.operations.runs import start_run
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.kernel import clock
from tests.blocks.payments.factories import ONE, make_bill, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "contract")]

MADE = datetime(2026, 6, 1, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture
def contract(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    StoreProfile.objects.create(
        from_on=date(2026, 4, 1), company_code="912345", client_code="54321"
    )
    with clock.frozen(MADE):
        yield


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def run(out, *more, kind=ONE, year="2026"):
    """(what it printed, what it complained of, exit code)."""
    said, errors = io.StringIO(), io.StringIO()
    arguments = ["--kind", kind, "--fiscal-year", year, "--output", str(out), *more]
    try:
        call_command("print_slips", *arguments, stdout=said, stderr=errors)
    except SystemExit as ended:
        return said.getvalue(), errors.getvalue(), ended.code
    return said.getvalue(), errors.getvalue(), 0


def test_it_says_what_it_made(out):
    make_bills(100, 300_001)
    make_bill(due_on=date(2026, 5, 1))
    said, errors, code = run(out, "--batch-size", "1", "--json", year="令和8年度")
    report = json.loads(said)
    files = report.pop("files")
    assert (errors, code) == ("", 0)
    assert report == {
        "run": BillingRun.objects.get().public_id,
        "slips": 3,
        "payers": 2,
        "amount": 301_101,
        "without_barcode": {"too_much": 1, "overdue": 1},
        "left_out": [],
    }
    assert [file["slips"] for file in files] == [2, 1]
    assert all(Path(file["file"]).parent == out for file in files)
    assert all(Path(file["file"]).read_bytes().startswith(b"%PDF") for file in files)


def test_it_says_so_in_words(out):
    make_bills(100, 200)
    said, _errors, code = run(out, "--instalment", "2", "--title", "六月")
    assert (said, code) == ("納付書 1枚、合計 200円、1ファイルを作成しました。\n", 0)
    assert BillingRun.objects.get().title == "六月"


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_on_a_terminal_it_shows_how_far_it_is(out):
    for _ in range(4):
        make_bill()
    errors = Terminal()
    arguments = ["--kind", ONE, "--fiscal-year", "2026", "--output", str(out), "--batch-size", "1"]
    call_command("print_slips", *arguments, stdout=io.StringIO(), stderr=errors)
    shown = [line.split() for line in errors.getvalue().split("\r")[1:]]
    assert [" ".join(words[:3]) for words in shown] == [
        "4 / 4", "1 / 4", "2 / 4", "3 / 4", "4 / 4", "4 / 4",
    ]  # fmt: skip
    assert shown[2][3:] == ["残り", "1", "秒"]


def test_once_more_there_is_nothing_left(out):
    make_bill()
    run(out)
    assert run(out) == ("対象の請求には、すべて納付書があります。\n", "", 0)
    said, _errors, code = run(out, "--json")
    assert (json.loads(said), code) == ({"run": None, "slips": 0, "files": []}, 0)
    assert Slip.objects.count() == 1


def test_the_same_command_goes_on_with_its_run(out):
    make_bills(100, 200)
    begun = start_run(fee_kind=ONE, title="x", fiscal_year=2026, folder=out, by=None)
    said, _errors, code = run(out, "--json")
    assert (json.loads(said)["run"], code) == (begun.public_id, 0)


def test_another_run_of_the_kind_is_named(out, tmp_path):
    make_bills(100, 200)
    begun = start_run(fee_kind=ONE, title="x", fiscal_year=2026, folder=out, by=None)
    said, errors, code = run(tmp_path / "elsewhere", "--json")
    words = f"この料金の別の一括作成が終わっていません：{begun.public_id}"
    assert (json.loads(said), errors, code) == ({"error": words}, f"{words}\n", 1)


def test_nothing_to_print_at_all(out):
    assert run(out) == ("", "納付書を作成する請求がありません。\n", 1)


def test_a_folder_that_cannot_be_made(tmp_path):
    make_bill()
    (tmp_path / "file").write_text("")
    _said, errors, code = run(tmp_path / "file")
    assert code == 1
    assert "file" in errors


def test_what_was_left_out_is_named(out):
    rare = Addressee("\U00013000", "950-0001", "見本市", "1")
    kind = FeeKind("test.rare", "料", "95", lambda p: dict.fromkeys(p, rare), lambda _y, n: str(n))
    fee_kinds.register(kind)
    try:
        bill = make_bill(kind=kind.code)
        said, _errors, code = run(out, kind=kind.code)
    finally:
        fee_kinds.unregister(kind.code)
    assert code == 0
    assert f"{bill.number}: フォントにない文字：\U00013000（U+13000）" in said


def test_an_unknown_kind_is_answered_with_those_there_are(out):
    with pytest.raises(CommandError, match=r"「nonsense」という料金はありません.*test\.one"):
        run(out, kind="nonsense")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--fiscal-year", "then"),
        ("--batch-size", "0"),
        ("--batch-size", "5001"),
        ("--instalment", "one"),
    ],
)
def test_arguments_that_make_no_sense(out, arguments):
    with pytest.raises(CommandError):
        run(out, *arguments)
