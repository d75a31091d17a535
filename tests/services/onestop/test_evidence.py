"""The six indicators of sheet 1-12, reckoned by hand from a few visits."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from madoguchi.kernel import clock
from madoguchi.kernel.evidence import EvidenceRow, indicators, measure, measuring_together
from madoguchi.services.onestop.operations.contracts import record_error, withdraw_error
from madoguchi.services.onestop.operations.steps import move_steps
from madoguchi.services.onestop.operations.visits import close_visit, open_visit
from madoguchi.services.onestop.rules.states import Reason, StepState
from tests.services.onestop.factories import NOW, make_case, make_city, step_of

pytestmark = pytest.mark.django_db
D = Decimal
S = StepState
CODES = [
    "onestop.contract_errors",
    "onestop.contract_volume",
    "onestop.counters_visited",
    "onestop.items_typed",
    "onestop.share_home",
    "onestop.share_onestop",
]
LAST_YEAR = datetime(2025, 6, 10, 9, 0, tzinfo=clock.TOKYO)
MARCH_31 = datetime(2026, 3, 31, 17, 0, tzinfo=clock.TOKYO)
TO_SCHOOL = (
    (S.DONE, ("notice",), None),
    (S.HANDED_OVER, ("insurance", "allowance"), None),
    (S.GOES, ("school",), None),
    (S.NOT_NEEDED, ("bin",), Reason.ALREADY),
)
ALL_HERE = (
    (S.DONE, ("notice", "insurance", "bin"), None),
    (S.HANDED_OVER, ("allowance",), None),
    (S.NOT_NEEDED, ("school",), Reason.DOES_NOT_APPLY),
)


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW), translation.override("ja"):
        yield


def come(city, at, moves, *, by=None, case=None, **given):
    """A visit of half an hour that begins at a time."""
    with clock.frozen(at):
        case = case or make_case(sent_at=at, **given)
        visit = open_visit(number=case.number, window=city.window, by=by or city.clerk).visit
        for target, procedures, reason in moves:
            visit = move_steps(
                visit=visit,
                steps=[step_of(visit, each).pk for each in procedures],
                target=target,
                reason=reason,
                edit=visit.edit,
                by=by if by and target is S.HANDED_OVER else city.clerk,
            )
    with clock.frozen(at + timedelta(minutes=30)):
        return close_visit(visit=visit, edit=visit.edit, by=city.clerk, leaves=True)


def test_all_are_registered():
    assert [each.code for each in indicators if each.code.startswith("onestop.")] == CODES


@pytest.mark.parametrize("code", CODES)
def test_nothing_is_zero_without_records(code):
    found = measure(code, 2026)
    assert (found.value, found.rows, found.source_url) == (0, (), "/onestop/figures/")


class TestPlayed:
    @pytest.fixture(autouse=True)
    def _played(self):
        city = make_city()
        two = (
            ("moving-in-notice", "転入届", city.residents_department),
            ("insurance-join", "国民健康保険の加入", city.insurance_department),
        )
        come(city, LAST_YEAR, TO_SCHOOL, channel="window", typed=31, forms=two)
        come(city, MARCH_31, ALL_HERE, typed=10, forms=two[:1])
        come(city, NOW - timedelta(days=20), ALL_HERE, typed=9, forms=two)
        taken_in = come(
            city, NOW - timedelta(days=20), TO_SCHOOL, by=city.operator, typed=8, forms=two
        )
        # a case that comes twice is one life event
        case = make_case(sent_at=NOW - timedelta(days=3), channel="window", typed=0)
        come(city, NOW - timedelta(days=3), ((S.GOES, ("school", "bin"), None),), case=case)
        come(city, NOW - timedelta(days=1), ((S.GOES, ("bin",), None),), case=case)
        record_error(step=step_of(taken_in, "insurance"), kind="item", by=city.insurer)
        wrong = record_error(step=step_of(taken_in, "allowance"), kind="item", by=city.clerk)
        withdraw_error(error=wrong, by=city.decider)

    @pytest.mark.parametrize(
        ("code", "before", "now"),
        [
            # two and one counter of two life events; one, two and three of three
            ("onestop.counters_visited", D("1.5"), D("2.0")),
            # 41 items for three applications; 17 for four
            ("onestop.items_typed", D("13.7"), D("4.3")),
            ("onestop.share_onestop", D("50.0"), D("33.3")),
            ("onestop.share_home", D("50.0"), D("66.7")),
            ("onestop.contract_volume", 0, 2),
            ("onestop.contract_errors", 0, 1),
        ],
    )
    def test_values(self, code, before, now):
        assert (measure(code, 2025).value, measure(code, 2026).value) == (before, now)

    def test_rows_are_totals_without_anything_personal(self):
        day, later = (NOW - timedelta(days=20)).date(), (NOW - timedelta(days=1)).date()
        event = "引っ越してきた（転入）"
        assert measure("onestop.counters_visited", 2026).rows == (
            EvidenceRow(f"{event}：2件、回った窓口は延べ3か所", on=day),
            EvidenceRow(f"{event}：1件、回った窓口は延べ3か所", on=later),
        )
        assert measure("onestop.share_onestop", 2026).rows[0] == EvidenceRow(
            f"{event}：2件のうち1件がひとつの窓口で終了", on=day
        )
        assert measure("onestop.items_typed", 2026).rows[0] == EvidenceRow(
            "申請4件に17項目を入力", on=day
        )
        assert [row.text for row in measure("onestop.share_home", 2026).rows] == [
            "受付2件のうち2件が自宅で開始",
            "受付1件のうち0件が自宅で開始",
        ]
        assert [row.text for row in measure("onestop.contract_volume", 2026).rows] == [
            "2026年11月：来庁1件、手続き2件"
        ]
        assert [row.text for row in measure("onestop.contract_errors", 2026).rows] == [
            "2026年11月：手続き2件のうち誤り1件"
        ]

    def test_figures_of_one_page_read_their_records_once(self):
        with measuring_together({}), CaptureQueriesContext(connection) as queries:
            for code in CODES:
                measure(code, 2026)
        assert len(queries) == 6

    def test_the_public_page_shows_them_with_their_records(self, client):
        page = client.get("/onestop/figures/").content.decode()
        assert "33.3" in page
        records = client.get("/onestop/figures/share_onestop/2026/")
        assert "2件のうち1件がひとつの窓口で終了" in records.content.decode()
        assert client.get("/onestop/figures/share_onestop/2020/").status_code == 404
        assert client.get("/onestop/figures/nothing/2026/").status_code == 404


def test_the_public_pages_without_records(client):
    assert "実績はまだ" not in client.get("/onestop/").content.decode()
    assert client.get("/onestop/").status_code == 200
    page = client.get("/onestop/figures/")
    assert page.status_code == 200
    assert "最初の来庁の対応が終わると" in page.content.decode()
