"""Billing runs on the desk: from the choice of a fee to the files."""

import io
from datetime import date, datetime
from pathlib import Path

import pypdf
import pytest
from django.core.files import locks
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.blocks.payments.models import BillingRun, Slip, StoreProfile
from madoguchi.blocks.payments.operations.runs import continue_run, start_run
from madoguchi.blocks.payments.operations.slips import SlipNotPrintable, make_slips
from madoguchi.blocks.payments.queries.runs import lock_file
from madoguchi.blocks.payments.rules.access import COLLECTOR, TREASURY
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.kernel import clock
from tests.blocks.payments.factories import ONE, TWO, make_bill, make_bills
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds", "contract")]

MADE = datetime(2026, 6, 1, 9, 0, tzinfo=clock.TOKYO)
CHOSEN = {"fee_kind": ONE, "fiscal_year": "2026"}
ASKED = {**CHOSEN, "instalments": ["1", "2"], "title": "介護保険料 6月", "batch_size": "500"}


@pytest.fixture
def contract(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    StoreProfile.objects.create(
        from_on=date(2026, 4, 1), company_code="912345", client_code="54321"
    )
    with clock.frozen(MADE):
        yield


@pytest.fixture
def treasury(client):
    return sign_in(client, make_user("treasurer", TREASURY))


@pytest.fixture
def auditor(client):
    return sign_in(client, make_user("auditor", "auditor"))


def get(client, name, *args, data=None):
    return client.get(reverse(f"payments_staff:{name}", args=args), data)


def post(client, name, *args, data=None):
    return client.post(reverse(f"payments_staff:{name}", args=args), data)


def text(answer):
    return answer.content.decode()


def begin(**changes):
    values = {"fee_kind": ONE, "title": "試験料", "fiscal_year": 2026, "batch_size": 2, "by": None}
    return start_run(**values | changes)


def test_choosing_begins_with_fee_and_year(treasury):
    answer = get(treasury, "run_start")
    assert answer.status_code == 200
    assert "試験料" in text(answer)
    assert "令和8年度" in text(answer)


def test_then_the_instalments_with_how_many_have_no_slip(treasury):
    make_slips(make_bills(100, 200)[:1], by=None)
    answer = get(treasury, "run_start", data=CHOSEN)
    assert answer.status_code == 200
    assert "第1期（請求 1件、うち納付書のないもの 0件）" in text(answer)
    assert "第2期（請求 1件、うち納付書のないもの 1件）" in text(answer)
    assert answer.context["form"]["instalments"].value() == ["2"]


def test_then_what_would_be_printed(treasury):
    make_bills(100, 300_001)
    make_slips([make_bill()], by=None)
    answer = get(treasury, "run_start", data=ASKED)
    assert answer.status_code == 200
    assert "300,101円" in text(answer)
    assert "more than stores may take" not in text(answer)
    assert answer.context["found"].slips == 2
    assert answer.context["without_barcode"] == [(Slip.Without.TOO_MUCH.label, 1)]
    assert answer.context["left_out"] == [("すでに納付書がある", 1)]
    assert BillingRun.objects.count() == 0


def test_and_only_then_the_run(treasury, django_capture_on_commit_callbacks):
    bills = make_bills(100, 200)
    with django_capture_on_commit_callbacks(execute=True):
        answer = post(treasury, "run_start", data=ASKED)
    run = BillingRun.objects.get()
    assert answer.url == reverse("payments_staff:run", args=[run.public_id])
    run.refresh_from_db()
    assert (run.status, run.title, run.total) == ("finished", "介護保険料 6月", 2)
    assert run.started_by.username == "treasurer"
    assert Slip.objects.filter(run=run, bill__in=bills).count() == 2
    page = get(treasury, "run", run.public_id)
    assert f"{run.public_id}-0001.pdf" in text(page)
    assert "hx-trigger" not in text(page)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"fee_kind": "test.none"}, "fee_kind"),
        ({"fiscal_year": "1999"}, "fiscal_year"),
        ({"fiscal_year": "nonsense"}, "fiscal_year"),
        ({"instalments": ["9"]}, "instalments"),
        ({"instalments": []}, "instalments"),
        ({"title": ""}, "title"),
        ({"title": "6月分🏒"}, "title"),
        ({"batch_size": "0"}, "batch_size"),
        ({"batch_size": "5001"}, "batch_size"),
    ],
)
def test_bad_input_is_answered_with_its_form(treasury, changes, words):
    make_bills(100, 200)
    answer = post(treasury, "run_start", data=ASKED | changes)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [words]
    assert BillingRun.objects.count() == 0


def test_a_year_without_bills(treasury):
    answer = get(treasury, "run_start", data={"fee_kind": TWO, "fiscal_year": "2026"})
    assert answer.status_code == 422
    assert "この料金・年度の請求はまだありません。" in text(answer)


def test_a_second_run_is_refused_and_the_first_shown(treasury):
    make_bills(100, 200)
    first = begin()
    address = reverse("payments_staff:run", args=[first.public_id])
    assert address in text(get(treasury, "run_start", data=ASKED))
    answer = post(treasury, "run_start", data=ASKED)
    assert answer.status_code == 422
    assert first.public_id in text(answer)
    assert BillingRun.objects.count() == 1


def test_nothing_left_to_print(treasury):
    make_slips(make_bills(100, 200), by=None)
    answer = get(treasury, "run_start", data=ASKED)
    assert "作成する納付書がありません" in text(answer)
    assert "一括作成を始める</button>" not in text(answer)


@pytest.fixture
def unknown():
    rare = Addressee("\U00013000", "950-0001", "見本市", "1")
    fee_kinds.register(
        FeeKind("test.rare", "稀な料", "95", lambda p: dict.fromkeys(p, rare), lambda _y, n: str(n))
    )
    yield "test.rare"
    fee_kinds.unregister("test.rare")


def test_what_cannot_be_printed_is_named_before_the_start_and_after(treasury, unknown):
    bill = make_bill(kind=unknown)
    asked = ASKED | {"fee_kind": unknown, "instalments": ["1"]}
    before = text(get(treasury, "run_start", data=asked))
    assert "1件は納付書を作成できません" in before
    assert (bill.number in before, "U+13000" in before) == (True, True)
    run = continue_run(run_id=begin(fee_kind=unknown).pk)
    after = text(get(treasury, "run", run.public_id))
    assert (bill.number in after, "U+13000" in after) == (True, True)


def test_a_run_that_is_worked_on_asks_for_itself_again(treasury):
    make_bills(100, 200, 300)
    run = begin()
    seen = []

    def look(_run):
        seen.append(get(treasury, "run", run.public_id))

    continue_run(run_id=run.pk, tick=look)
    preparing, printing, *_more, finished = map(text, seen)
    assert "3枚のうち3枚を準備しました" in preparing
    assert "3枚のうち3枚をファイルにしました" in printing
    for working in (preparing, printing):
        assert 'hx-trigger="every 2s"' in working
        assert "続きから作成する" not in working
    assert 'hx-trigger="every 2s"' not in finished


def test_a_run_that_stands_still_can_be_set_going(treasury):
    make_bills(100, 200)
    run = begin()
    page = text(get(treasury, "run", run.public_id))
    assert "続きから作成する" in page
    answer = post(treasury, "run_continue", run.public_id)
    assert answer.status_code == 302
    run.refresh_from_db()
    assert run.status == "finished"
    assert post(treasury, "run_continue", run.public_id).status_code == 302


def test_a_run_that_stopped_names_the_slip_and_goes_on(treasury, people):
    bill = make_bill(kind="test.people")
    run = begin(fee_kind="test.people")

    def rename(_run):
        people["name"] = "\U00013000"

    with pytest.raises(SlipNotPrintable):
        continue_run(run_id=run.pk, tick=rename)
    post(treasury, "run_continue", run.public_id)  # stops at the same slip, without a fuss
    page = text(get(treasury, "run", run.public_id))
    assert (bill.number in page, "U+13000" in page, "作成が止まりました" in page) == (True,) * 3
    assert "直してから、続きから作成してください" in page
    people["name"] = "見本 太郎"
    post(treasury, "run_continue", run.public_id)
    run.refresh_from_db()
    assert (run.status, run.problems) == ("finished", [])


@pytest.fixture
def people():
    """A fee kind all of whose addressees bear the name in it, which may be changed."""
    named = {"name": "見本 太郎"}

    def addressees(payers):
        return dict.fromkeys(payers, Addressee(named["name"], "950-0001", "見本市", "1"))

    fee_kinds.register(FeeKind("test.people", "料", "94", addressees, lambda _y, n: str(n)))
    yield named
    fee_kinds.unregister("test.people")


def test_a_run_that_is_held_is_left_alone(treasury):
    make_bills(100, 200)
    run = begin()
    with lock_file(run).open("ab") as lock:
        assert locks.lock(lock, locks.LOCK_EX | locks.LOCK_NB)
        assert post(treasury, "run_continue", run.public_id).status_code == 302
    run.refresh_from_db()
    assert run.status == "preparing"


def test_a_file_is_handed_to_the_treasury(treasury):
    make_bills(100, 200)
    run = continue_run(run_id=begin().pk)
    answer = get(treasury, "run_file", run.public_id, 1)
    assert answer["Content-Disposition"] == f'attachment; filename="{run.public_id}-0001.pdf"'
    assert answer["Cache-Control"] == "private, no-store"
    content = b"".join(answer.streaming_content)
    assert len(pypdf.PdfReader(io.BytesIO(content)).pages) == 2


def test_files_that_are_not_there(treasury):
    make_bills(100, 200)
    run = continue_run(run_id=begin().pk)
    assert get(treasury, "run_file", run.public_id, 2).status_code == 404
    assert get(treasury, "run_file", "000000000000", 1).status_code == 404
    Path(run.folder, f"{run.public_id}-0001.pdf").unlink()
    assert get(treasury, "run_file", run.public_id, 1).status_code == 404
    assert get(treasury, "run", "000000000000").status_code == 404
    assert post(treasury, "run_continue", "000000000000").status_code == 404


def test_an_auditor_sees_runs_but_neither_names_nor_buttons(auditor):
    make_bills(100, 200)
    run = continue_run(run_id=begin().pk)
    page = get(auditor, "run", run.public_id)
    assert page.status_code == 200
    assert reverse("payments_staff:run_file", args=[run.public_id, 1]) not in text(page)
    assert reverse("payments_staff:run_start") not in text(get(auditor, "runs"))
    for answer in (
        get(auditor, "run_file", run.public_id, 1),
        get(auditor, "run_start"),
        post(auditor, "run_continue", run.public_id),
    ):
        assert answer.status_code == 403


def test_collecting_staff_do_not_run_bills(client):
    sign_in(client, make_user("collector", COLLECTOR, department=make_department("上下水道部")))
    assert get(client, "runs").status_code == 403


def test_an_empty_list_says_what_a_run_is(treasury):
    assert "まだ納付書を作成していません" in text(get(treasury, "runs"))


def test_three_runs_take_as_many_queries_as_one(treasury):
    def one_more(*amounts, size):
        make_bills(*amounts)
        return continue_run(run_id=begin(batch_size=size).pk)

    def queries(name, *args):
        with CaptureQueriesContext(connection) as captured:
            answer = get(treasury, name, *args)
        return len(captured), text(answer)

    run = one_more(100, 200, size=2)
    get(treasury, "runs")  # what is read once in a process
    few = queries("runs"), queries("run", run.public_id)
    assert [page.count("</a></th>") for _count, page in few] == [1, 1]
    make_bill()
    make_bill()
    run = one_more(100, 200, size=1)
    one_more(100, size=1)
    many = queries("runs"), queries("run", run.public_id)
    assert [page.count("</a></th>") for _count, page in many] == [3, 3]
    assert [count for count, _page in many] == [count for count, _page in few]
