"""Billing runs: every bill once, in files that say what they should, wherever they were killed."""

import io
import re
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import pypdf
import pytest
from django.core.management import call_command
from django.db import transaction

from madoguchi.blocks.payments.models import (
    BillingRun,
    CardPayment,
    Mandate,
    RunBatch,
    SavedCard,
    Slip,
    StoreProfile,
)
from madoguchi.blocks.payments.operations import runs as operations
from madoguchi.blocks.payments.operations.bills import cancel_bill
from madoguchi.blocks.payments.operations.booking import book
from madoguchi.blocks.payments.operations.runs import (
    NothingToPrint,
    RunHeld,
    RunOpen,
    continue_run,
    discard_files,
    start_run,
)
from madoguchi.blocks.payments.operations.slips import (
    SlipNotPrintable,
    lock_bills,
    make_slips,
    write_slips,
)
from madoguchi.blocks.payments.queries import run_words
from madoguchi.blocks.payments.queries import runs as queries
from madoguchi.blocks.payments.queries.runs import Selection
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.blocks.payments.tasks import print_run
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from tests.blocks.payments.factories import DUE, ONE, TWO, bill_fact, make_bill, make_bills

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "contract")]

MADE = datetime(2026, 6, 1, 9, 0, tzinfo=clock.TOKYO)
TODAY = MADE.date()


@pytest.fixture
def contract(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    StoreProfile.objects.create(
        from_on=date(2026, 4, 1), company_code="912345", client_code="54321"
    )
    with clock.frozen(MADE):
        yield


def begin(**changes):
    values = {"fee_kind": ONE, "title": "試験料", "fiscal_year": 2026, "batch_size": 3, "by": None}
    return start_run(**values | changes)


def pages_of(run):
    """The bill number on each page, file by file."""
    return [_numbers(Path(run.folder, batch.file_name)) for batch in run.batches.all()]


def _numbers(path):
    pages = pypdf.PdfReader(io.BytesIO(path.read_bytes())).pages
    return [re.search(r"請求番号\s*([0-9]{16})", page.extract_text())[1] for page in pages]


def printed(run):
    return [number for file in pages_of(run) for number in file]


def test_a_run_prints_every_bill_once_and_each_payer_together():
    first = [make_bills(100, 200, payer="test:b"), make_bills(300, 400, payer="test:a")]
    second = make_bills(500, payer="test:c")
    run = continue_run(run_id=begin().pk)
    a, b = first[1], first[0]
    assert pages_of(run) == [[bill.number for bill in (*a, *b)], [second[0].number]]
    assert Counter(Slip.objects.values_list("bill", "issue")) == Counter(
        (bill.pk, 0) for bill in (*a, *b, *second)
    )
    assert list(run.slips.order_by("position").values_list("position", flat=True)) == [*range(5)]
    assert (run.status, run.total, run.finished_at) == (BillingRun.Status.FINISHED, 5, MADE)
    assert sorted(path.name for path in Path(run.folder).iterdir()) == [
        f"{run.public_id}-0001.pdf",
        f"{run.public_id}-0002.pdf",
    ]


def test_a_run_is_audited_when_it_begins_and_ends():
    make_bills(100, 200)
    run = continue_run(run_id=begin().pk)
    entries = AuditEntry.objects.filter(subject=f"payments.run:{run.public_id}")
    assert [(entry.action, entry.detail) for entry in entries.order_by("sequence")] == [
        (
            "payments.run_started",
            {"fee_kind": ONE, "fiscal_year": 2026, "instalments": [], "slips": 2},
        ),
        ("payments.run_finished", {"slips": 2, "left_out": 0}),
    ]


def test_only_what_was_asked_for():
    wanted = make_bills(100, 200, 300)
    make_bill(year=2025)
    make_bill(kind=TWO)
    run = continue_run(run_id=begin(instalments=(3, 1)).pk)
    assert printed(run) == [wanted[0].number, wanted[2].number]
    assert run.selection == {"fiscal_year": 2026, "instalments": [1, 3]}


def test_bills_that_need_no_slip_are_left_out():
    kept, paid, cancelled, slipped, debit, card = (make_bill() for _ in range(6))
    book([bill_fact(paid)], by=None)
    cancel_bill(cancelled.pk, by=None, reason="誤り")
    make_slips([slipped], by=None)
    allow_debit(debit.payer)
    allow_debit(kept.payer, until_on=TODAY)
    save_card(card.payer)
    save_card(kept.payer, removed_at=MADE)
    found = queries.preview(Selection(ONE, 2026), on=TODAY)
    assert (found.slips, found.amount, found.payers) == (1, 1000, 1)
    assert found.left_out == {"paid": 1, "has_slip": 1, "by_debit": 1, "by_card": 1}
    assert printed(continue_run(run_id=begin().pk)) == [kept.number]


def allow_debit(payer, until_on=None):
    Mandate.objects.create(
        payer=payer,
        bank_code="0001",
        branch_code="001",
        account_kind="1",
        account_number="1234567",
        holder_kana="ﾉｳﾆﾕｳ",
        from_on=date(2026, 4, 1),
        until_on=until_on,
    )


def save_card(payer, **given):
    values = {
        "provider": "sandbox",
        "customer_reference": "c",
        "method_reference": "m",
        "brand": "Visa",
        "last4": "4242",
        "expires": "2030-01",
        "saved_at": MADE,
    }
    return SavedCard.objects.create(payer=payer, **values | given)


@pytest.mark.parametrize(
    ("card", "slips"),
    [
        ({"expires": "2026-06"}, 0),
        ({"expires": ""}, 0),
        ({"expires": "2026-05"}, 1),
        ({"provider": "another"}, 1),
        ({"saved_at": MADE + timedelta(days=29)}, 0),
        ({"saved_at": MADE + timedelta(days=30)}, 1),
    ],
)
def test_a_saved_card_spares_the_slip_only_where_it_will_be_charged(card, slips):
    save_card(make_bill(due_on=DUE).payer, **card)
    assert len(queries.to_print(Selection(ONE, 2026), on=TODAY)) == slips


def test_a_bill_whose_card_was_refused_gets_its_slip():
    bills = make_bills(1000, 2000)
    card = save_card(bills[0].payer)
    CardPayment.objects.create(
        public_id="a",
        bill=bills[0],
        amount=1000,
        provider="sandbox",
        saved_card=card,
        status="declined",
        started_at=MADE,
    )
    assert queries.to_print(Selection(ONE, 2026), on=TODAY) == [bills[0].pk]


def test_the_preview_counts_what_has_no_barcode_and_why():
    make_bills(300_001, 100)
    make_bill(due_on=date(2026, 5, 31))
    found = queries.preview(Selection(ONE, 2026), on=TODAY)
    assert (found.slips, found.amount, found.payers) == (3, 301_101, 2)
    assert found.without_barcode == {"too_much": 1, "overdue": 1}
    run = continue_run(run_id=begin().pk)
    sums = queries.run_sums(run)
    assert (sums.amount, sums.payers) == (301_101, 2)
    assert sums.without_barcode == {"too_much": 1, "overdue": 1}


def test_without_a_contract_nothing_is_payable_at_stores():
    StoreProfile.objects.all().delete()
    make_bill()
    found = queries.preview(Selection(ONE, 2026), on=TODAY)
    assert found.without_barcode == {"not_by_store": 1}


def test_nothing_to_print():
    with pytest.raises(NothingToPrint):
        begin()
    make_bill()
    continue_run(run_id=begin().pk)
    with pytest.raises(NothingToPrint):
        begin()
    assert BillingRun.objects.count() == 1


def test_one_run_of_a_fee_kind_at_a_time():
    make_bill()
    make_bill(kind=TWO)
    run = begin()
    with pytest.raises(RunOpen, match=run.public_id):
        begin()
    begin(fee_kind=TWO)
    continue_run(run_id=run.pk)
    make_bill()
    begin()


class Killed(BaseException):
    """What a killed process looks like from within: nothing is tidied up."""


def kill_after(steps):
    left = iter(range(steps))

    def tick(_run):
        if next(left, None) is None:
            raise Killed

    return tick


@pytest.mark.parametrize("steps", range(5))
def test_a_run_goes_on_after_each_step(steps):
    bills = [make_bill() for _ in range(7)]
    run = begin(batch_size=2)
    with pytest.raises(Killed):
        continue_run(run_id=run.pk, tick=kill_after(steps))
    done = continue_run(run_id=run.pk)
    assert sorted(printed(done)) == sorted(bill.number for bill in bills)
    assert [len(file) for file in pages_of(done)] == [2, 2, 2, 1]
    assert Slip.objects.count() == 7


def test_a_file_that_was_written_but_not_recorded_is_made_again_just_so():
    for _ in range(5):
        make_bill()
    run = continue_run(run_id=begin(batch_size=2).pk)
    lost = run.batches.get(number=2)
    before = Path(run.folder, lost.file_name).read_bytes()
    lost.delete()
    Path(run.folder, f".{run.public_id}-0003.pdf.part").write_bytes(b"half of i")
    run.status, run.finished_at = BillingRun.Status.PRINTING, None
    run.save()
    with clock.frozen(MADE + timedelta(days=2)):
        done = continue_run(run_id=run.pk)
    again = done.batches.get(number=2)
    assert Path(run.folder, again.file_name).read_bytes() == before
    assert again.digest == lost.digest
    assert len(printed(done)) == len(set(printed(done))) == 5


def test_slips_made_before_a_kill_keep_their_places():
    old = [make_bill(payer=f"test:m{n}") for n in range(3)]
    run = begin()
    with pytest.raises(Killed):
        continue_run(run_id=run.pk, tick=kill_after(0))
    new = make_bill(payer="test:a")
    done = continue_run(run_id=run.pk)
    assert printed(done) == [*(bill.number for bill in old), new.number]


def test_a_bill_paid_after_the_start_gets_no_slip():
    bills = [make_bill(), make_bill()]
    run = begin()
    book([bill_fact(bills[0])], by=None)
    done = continue_run(run_id=run.pk)
    assert (printed(done), done.total) == ([bills[1].number], 1)


def test_bills_that_changed_since_they_were_chosen_are_passed_over():
    paid, cancelled, slipped, kept = bills = [make_bill() for _ in range(4)]
    book([bill_fact(paid)], by=None)
    cancel_bill(cancelled.pk, by=None, reason="誤り")
    make_slips([slipped], by=None)
    with transaction.atomic():
        made = write_slips(lock_bills(bills), run=begin(), first_position=7, skip=True)
    assert [(slip.bill, slip.position) for slip in made] == [(kept, 7)]


def test_what_another_machine_has_finished_is_left_alone(monkeypatch):
    """It shares the database but no lock file: only the run's own row tells."""
    monkeypatch.setattr(operations, "AT_ONCE", 1)
    first, second = sorted([make_bill(), make_bill()], key=lambda bill: bill.payer)
    run = begin()
    row = BillingRun.objects.filter(pk=run.pk)
    changes = iter(({"prepared_at": MADE}, {}, {"status": "finished"}, {}))
    done = continue_run(run_id=run.pk, tick=lambda _run: row.update(total=1, **next(changes)))
    assert printed(done) == [first.number]
    assert Slip.objects.filter(bill=second).count() == 0
    assert continue_run(run_id=run.pk).finished_at is None
    assert AuditEntry.objects.filter(action="payments.run_finished").count() == 0


def test_a_finished_run_stays_as_it_is():
    make_bill()
    run = continue_run(run_id=begin().pk)
    with clock.frozen(MADE + timedelta(days=1)):
        again = continue_run(run_id=run.pk)
    assert again.finished_at == MADE
    assert RunBatch.objects.count() == 1
    assert AuditEntry.objects.filter(action="payments.run_finished").count() == 1


def test_whoever_comes_second_is_refused():
    make_bill()
    run = begin()
    seen = []

    def second(_run):
        with pytest.raises(RunHeld):
            continue_run(run_id=run.pk)
        print_run.call(run_id=run.pk)  # steps back without a word
        seen.append(queries.run_progress(run.pk, now=clock.now()).is_held)

    continue_run(run_id=run.pk, tick=second)
    assert seen == [True, True, True]
    assert queries.run_progress(run.pk, now=clock.now()).is_held is False


def describe(code, name):
    people = {"name": name}

    def addressees(payers):
        made = Addressee(people["name"], "950-0001", "見本市", "1") if people["name"] else None
        return dict.fromkeys(payers, made) if made else {}

    fee_kinds.register(FeeKind(code, "試験料", "95", addressees, lambda _y, n: f"第{n}期"))
    return people


@pytest.fixture
def people():
    yield describe("test.people", "見本 太郎")
    fee_kinds.unregister("test.people")


@pytest.mark.parametrize(
    ("name", "characters"), [("\U00013000\U00013001郎", "\U00013000\U00013001"), ("", "")]
)
def test_what_cannot_be_printed_is_left_out_and_named(people, name, characters):
    people["name"] = name
    bill = make_bill(kind="test.people")
    found = queries.preview(Selection("test.people", 2026), on=TODAY)
    assert (found.slips, found.problems) == (0, [{"bill": bill.number, "characters": characters}])
    run = continue_run(run_id=begin(fee_kind="test.people").pk)
    assert (run.total, run.problems) == (0, [{"bill": bill.number, "characters": characters}])
    assert run.status == BillingRun.Status.FINISHED
    people["name"] = "見本 太郎"
    assert printed(continue_run(run_id=begin(fee_kind="test.people").pk)) == [bill.number]


def test_a_run_stops_at_a_slip_that_has_become_unprintable_and_goes_on(people):
    bill = make_bill(kind="test.people")
    run = begin(fee_kind="test.people")

    def rename(_run):
        people["name"] = "\U00013000"

    with pytest.raises(SlipNotPrintable, match=bill.number):
        continue_run(run_id=run.pk, tick=rename)
    run.refresh_from_db()
    assert (run.status, run.problems) == (
        BillingRun.Status.STOPPED,
        [{"bill": bill.number, "characters": "\U00013000"}],
    )
    people["name"] = "見本 太郎"
    done = continue_run(run_id=run.pk)
    assert (printed(done), done.problems) == ([bill.number], [])


def test_a_disk_that_refuses_stops_the_run():
    make_bill()
    run = begin()
    Path(run.folder).parent.mkdir(exist_ok=True)
    Path(run.folder).write_text("a file where the folder should be")
    with pytest.raises(FileExistsError):
        continue_run(run_id=run.pk)
    run.refresh_from_db()
    assert (run.status, run.problems) == (BillingRun.Status.STOPPED, [])
    Path(run.folder).unlink()
    assert continue_run(run_id=run.pk).status == BillingRun.Status.FINISHED


def test_progress_counts_slips_in_files_and_the_time_left():
    for _ in range(10):
        make_bill()
    run = begin(batch_size=2)
    seen = []

    def tick(_run):
        found = queries.run_progress(run.pk, now=clock.now())
        seen.append((found.prepared, found.made, found.batches, found.seconds_left))

    continue_run(run_id=run.pk, tick=tick)
    assert [each[:3] for each in seen] == [
        (10, 0, 0),
        (10, 2, 1),
        (10, 4, 2),
        (10, 6, 3),
        (10, 8, 4),
        (10, 10, 5),
        (10, 10, 5),
    ]
    assert [each[3] for each in seen] == [None, None, 1, 1, 1, 0, 0]


def test_the_time_left_follows_the_latest_files():
    run = BillingRun(total=100, started_at=MADE)
    batches = [
        RunBatch(number=n, slips=10, made_at=MADE + timedelta(seconds=4 * n)) for n in (1, 2, 3)
    ]
    now = MADE + timedelta(seconds=13)
    assert queries._seconds_left(batches, run.total - 30, now) == 27


def test_instalments_to_choose_from():
    make_bills(100, 200)
    slipped = make_bills(100, 200)
    make_slips(slipped[:1], by=None)
    cancelled = make_bill()
    cancel_bill(cancelled.pk, by=None, reason="誤り")
    found = queries.instalment_choices(ONE, 2026)
    assert [(each.number, each.label, each.due_on) for each in found] == [
        (1, "第1期", DUE),
        (2, "第2期", DUE),
    ]
    assert [(each.bills, each.without_slip) for each in found] == [(2, 1), (2, 2)]
    make_bill(year=2025)
    make_bill(kind=TWO, year=2024)
    assert queries.years_with_bills() == [2026, 2025, 2024]


def test_files_go_when_their_day_is_over_and_slips_stay(tmp_path):
    make_bills(100, 200)
    old = continue_run(run_id=begin().pk)
    make_bill()
    elsewhere = continue_run(run_id=begin(folder=tmp_path / "elsewhere").pk)
    with clock.frozen(MADE + timedelta(days=1)):
        make_bill()
        new = continue_run(run_id=begin().pk)
        assert discard_files(finished_before=TODAY, by=None) == 0
        assert discard_files(finished_before=TODAY + timedelta(days=1), by=None) == 1
        assert discard_files(finished_before=TODAY + timedelta(days=1), by=None) == 0
    assert Path(old.folder).exists() is False
    assert [each["is_there"] for each in queries.batches_of(old)] == [False]
    assert len(printed(elsewhere)) == len(printed(new)) == 1
    assert Slip.objects.count() == 4
    entries = AuditEntry.objects.filter(action="payments.run_files_discarded")
    assert [entry.detail for entry in entries] == [{"files": 1, "finished_before": "2026-06-02"}]


def test_the_command_leaves_files_for_ninety_days():
    make_bill()
    run = continue_run(run_id=begin().pk)
    for days, words in ((90, "0件"), (91, "1件")):
        said = io.StringIO()
        with clock.frozen(MADE + timedelta(days=days)):
            call_command("discard_slip_files", stdout=said)
        assert words in said.getvalue()
    assert Path(run.folder).exists() is False


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (1, "1分未満"),
        (59, "1分未満"),
        (60, "約1分"),
        (61, "約2分"),
        (3_540, "約59分"),
        (3_541, "約1時間0分"),
        (7_500, "約2時間5分"),
    ],
)
def test_the_time_left_in_words(seconds, words):
    assert run_words.time_left(seconds) == words


@pytest.mark.parametrize(
    ("status", "is_held", "expected"),
    [
        ("finished", False, ("success", "作成済み")),
        ("preparing", True, ("progress", "準備中")),
        ("printing", True, ("progress", "作成中")),
        ("printing", False, ("clock", "開始待ち")),
        ("stopped", False, ("error", "停止")),
    ],
)
def test_how_a_run_stands_in_words(status, is_held, expected):
    progress = queries.RunProgress(2, 2, 0, 0, None, is_held)
    assert run_words.state_words(BillingRun(status=status), progress) == expected


def test_reasons_in_words_leave_out_what_does_not_occur():
    assert run_words.left_out_words({"paid": 2, "has_slip": 0}) == [("納める金額が残っていない", 2)]
    assert run_words.problem_words({"bill": "1", "characters": ""}) == "宛先が分かりません。"
