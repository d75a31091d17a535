"""Desk, years, decisions, scores and facts on the staff side."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.kernel import clock
from madoguchi.plan.models import (
    Attachment,
    CouncilScore,
    FrozenFigure,
    Milestone,
    PlanYear,
    Report,
)
from tests.factories import make_department, make_user, sign_in
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db
ROOT = "/staff/plan/"
TODAY = datetime(2026, 4, 27, 9, 0, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(TODAY):
        yield


@pytest.fixture
def section():
    return make_department("総務部", "情報推進課")


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def year(plan):
    return make_year(plan)


@pytest.fixture
def row(year, section):
    return row_of(make_initiative(year.plan, departments=[section]))


@pytest.fixture
def office():
    return client("plan_office")


def client(role, department=None):
    return sign_in(Client(), make_user(role, role, department=department))


def page(answer):
    return answer.content.decode()


# the desk


@pytest.mark.usefixtures("row")
def test_each_role_finds_its_own_work(section, plan):
    make_report(row_of(make_initiative(plan, 2)), "結果", status="submitted")
    make_report(row_of(make_initiative(plan, 3)), "結果")
    reporter = client("department_reporter", section).get(ROOT).context["desk"]
    assert [each.number for each in reporter.mine] == ["1-1"]
    assert (reporter.to_decide, reporter.to_score, reporter.years) == (None, None, [])
    office = client("plan_office").get(ROOT).context["desk"]
    assert [each.number for each in office.to_decide] == ["1-2"]
    assert (office.years[0].progress.total, office.years[0].progress.accepted) == (3, 1)
    council = client("council_member").get(ROOT).context["desk"]
    assert [each.number for each in council.to_score] == ["1-3"]
    auditor = client("auditor").get(ROOT).context["desk"]
    assert (auditor.mine, auditor.to_decide, auditor.to_score) == (None, None, None)
    assert len(auditor.years) == 1


@pytest.mark.usefixtures("row")
def test_the_desk_says_when_things_are_due(section):
    reporter = client("department_reporter", section)
    assert "期限が近い" in page(reporter.get(ROOT))
    with clock.frozen(datetime(2026, 4, 30, 9, tzinfo=clock.TOKYO)):
        assert "今日が期限" in page(reporter.get(ROOT))
    with clock.frozen(datetime(2026, 5, 1, 9, tzinfo=clock.TOKYO)):
        assert "期限超過" in page(reporter.get(ROOT))


@pytest.mark.usefixtures("row")
def test_the_staff_home_shows_what_waits(section):
    assert "窓口サービスの向上" in page(client("department_reporter", section).get("/staff/"))


def test_the_staff_home_says_nothing_of_the_plan_to_others():
    assert "プランの実績報告" not in page(client("identity.admin").get("/staff/"))


def test_without_a_role_there_is_no_desk():
    assert client("identity.admin").get(ROOT).status_code == 403


@pytest.mark.usefixtures("year")
def test_no_cache_keeps_what_staff_see(office, row):
    for address in ("", "years/", f"rows/{row.pk}/", "figures/none/correct/"):
        assert "no-store" in office.get(ROOT + address)["Cache-Control"]


@pytest.mark.parametrize("address", ["", "overdue/", "effects/", "years/"])
def test_lists_take_constant_queries(plan, office, address):
    def count():
        with CaptureQueriesContext(connection) as queries:
            assert office.get(ROOT + address).status_code == 200
        return len(queries)

    make_report(row_of(make_initiative(plan, 1)), "結果", status="submitted", effect=1)
    count()
    one = count()
    for number in (2, 3):
        make_report(row_of(make_initiative(plan, number)), "結果", status="submitted", effect=1)
    assert count() == one


@pytest.mark.usefixtures("row")
def test_the_overdue_list_goes_by_department(plan, office):
    make_initiative(plan, 2, departments=[make_department("環境衛生部")])
    assert office.get(ROOT + "overdue/").context["count"] == 0
    with clock.frozen(datetime(2026, 5, 1, 9, tzinfo=clock.TOKYO)):
        groups = office.get(ROOT + "overdue/").context["groups"]
    assert [(group.department, len(group.rows)) for group in groups] == [
        ("情報推進課", 1),
        ("環境衛生部", 1),
    ]


@pytest.mark.usefixtures("year")
def test_effects_have_totals(plan, office):
    first, second = make_initiative(plan, 1), make_initiative(plan, 2)
    make_report(row_of(first, 2025), "結果", effect=1200)
    make_report(row_of(first, 2026), "結果", effect=-200)
    make_report(row_of(second, 2025), "結果", effect=300)
    make_report(row_of(second, 2026), "結果", effect=999, status="submitted")
    answer = office.get(ROOT + "effects/")
    effects = answer.context["effects"]
    assert [row.total for row in effects.rows] == [1000, 300]
    assert effects.totals == (1500, -200, None, None, None)
    assert effects.total == 1300
    assert "1,300" in page(answer)
    assert office.get(ROOT + "effects/plan/").status_code == 200
    assert office.get(ROOT + "effects/none/").status_code == 404


# years


@pytest.mark.usefixtures("plan")
def test_a_year_is_opened_with_a_due_date(office):
    address = f"{ROOT}years/plan/2026/open/"
    assert office.get(address).status_code == 200
    assert office.post(address, {"due_on": "2026-04-26"}).status_code == 422
    assert office.post(address, {"due_on": "いつか"}).status_code == 422
    assert office.post(address, {"due_on": "9999-12-31"}).status_code == 422
    assert not PlanYear.objects.filter(status="open").exists()
    answer = office.post(address, {"due_on": "2026-05-29"})
    opened = PlanYear.objects.get(fiscal_year=2026)
    assert (answer.status_code, answer["Location"]) == (302, f"{ROOT}years/{opened.pk}/")
    assert (opened.status, opened.due_on) == ("open", date(2026, 5, 29))
    again = office.post(address, {"due_on": "2026-06-30"})
    assert again.status_code == 422
    assert "報告受付中" in page(again)
    assert office.get(f"{ROOT}years/plan/2035/open/").status_code == 404
    assert office.get(f"{ROOT}years/none/2026/open/").status_code == 404


def test_the_due_date_is_changed(year, office):
    address = f"{ROOT}years/{year.pk}/due/"
    assert office.get(address).status_code == 200
    assert office.post(address, {"due_on": "2026-05-29"}).status_code == 302
    year.refresh_from_db()
    assert year.due_on == date(2026, 5, 29)


@pytest.mark.usefixtures("row")
def test_closing_shows_what_will_be_frozen_and_what_is_missing(plan, year, office):
    make_report(row_of(make_initiative(plan, 2)), "計{plan.carried_over}件")
    answer = office.get(f"{ROOT}years/{year.pk}/close/")
    closing = answer.context["closing"]
    assert [(each.number, each.code, each.text) for each in closing.figures] == [
        ("1-2", "plan.carried_over", "0件")
    ]
    assert [each.number for each in closing.outstanding] == ["1-1"]
    assert closing.missing == ()


def close(office, year, **data):
    return office.post(f"{ROOT}years/{year.pk}/close/", data)


def test_closing_is_confirmed_and_explains_what_is_missing(year, row, office):
    assert close(office, year).status_code == 422
    assert close(office, year, confirmed="on").status_code == 422
    without = {"confirmed": "on", "without": [row.pk]}
    answer = close(office, year, **without)
    assert answer.status_code == 422
    assert "理由" in page(answer)
    assert close(office, year, **without, reason="災害対応").status_code == 302
    year.refresh_from_db()
    assert year.status == "closed"
    assert close(office, year, confirmed="on").status_code == 403


def test_a_reference_that_leads_nowhere_stops_the_closing(year, row, office):
    make_report(row, "{bus.riders}人")
    address = f"{ROOT}years/{year.pk}/close/"
    assert "bus.riders" in page(office.get(address))
    answer = close(office, year, confirmed="on")
    assert answer.status_code == 422
    assert "No.1-1" in page(answer)
    year.refresh_from_db()
    assert year.status == "open"


@pytest.mark.usefixtures("row")
def test_publishing_is_confirmed(year, office):
    address = f"{ROOT}years/{year.pk}/publish/"
    assert office.get(address).status_code == 403
    PlanYear.objects.update(status="closed")
    assert office.get(address).status_code == 200
    assert office.post(address).status_code == 422
    assert office.post(address, {"checked": "True"}).status_code == 302
    year.refresh_from_db()
    assert year.status == "published"


@pytest.mark.usefixtures("row")
@pytest.mark.parametrize("role", ["council_member", "auditor"])
def test_others_watch_the_years_and_change_nothing(year, role):
    reader = client(role)
    assert reader.get(ROOT + "years/").status_code == 200
    assert reader.get(f"{ROOT}years/{year.pk}/").status_code == 200
    for step in ("due/", "close/", "publish/"):
        assert reader.get(f"{ROOT}years/{year.pk}/{step}").status_code == 403
        assert reader.post(f"{ROOT}years/{year.pk}/{step}").status_code == 403
    assert reader.post(f"{ROOT}years/plan/2026/open/").status_code == 403


def test_a_reporter_sees_no_years(year, section):
    reporter = client("department_reporter", section)
    for address in ("years/", f"years/{year.pk}/", "overdue/", "effects/"):
        assert reporter.get(ROOT + address).status_code == 403


def test_a_year_that_does_not_exist(office):
    for step in ("", "due/", "close/", "publish/"):
        assert office.get(f"{ROOT}years/99999/{step}").status_code == 404


# decisions and scores


@pytest.fixture
def submitted(row):
    return make_report(row, "結果", status="submitted")


def test_the_office_accepts(submitted, office):
    address = f"{ROOT}rows/{submitted.row_id}/"
    assert "承認する" in page(office.get(address))
    assert office.post(address + "accept/", {"version": 1})["Location"] == ROOT
    submitted.refresh_from_db()
    assert submitted.status == Report.Status.ACCEPTED
    assert office.post(address + "accept/", {"version": 2}).status_code == 409
    assert office.post(address + "accept/", {}).status_code == 422


def test_the_office_returns_with_a_comment(submitted, office, section):
    address = f"{ROOT}rows/{submitted.row_id}/"
    assert office.post(address + "return/", {"version": 1, "comment": ""}).status_code == 422
    assert office.post(address + "return/", {"version": 7, "comment": "数"}).status_code == 409
    assert office.post(address + "return/", {"version": 1, "comment": "数字を"}).status_code == 302
    shown = page(client("department_reporter", section).get(address + "edit/"))
    assert "差し戻されました" in shown
    assert "数字を" in shown


def test_nobody_else_decides(submitted, section):
    for decider in (client("auditor"), client("department_reporter", section)):
        for step in ("accept/", "return/"):
            answer = decider.post(f"{ROOT}rows/{submitted.row_id}/{step}", {"version": 1})
            assert answer.status_code == 403


def test_nothing_is_decided_where_nothing_was_written(row, office):
    assert office.post(f"{ROOT}rows/{row.pk}/accept/", {"version": 1}).status_code == 422
    data = {"version": 1, "comment": "数字を"}
    assert office.post(f"{ROOT}rows/{row.pk}/return/", data).status_code == 422


def test_a_council_member_scores(row, office):
    make_report(row, "結果")
    member = client("council_member")
    address = f"{ROOT}rows/{row.pk}/score/"
    assert member.post(address, {"score": 6}).status_code == 422
    assert member.post(address, {"score": 4, "comment": "よい"}).status_code == 302
    assert CouncilScore.objects.get().score == 4
    shown = member.get(f"{ROOT}rows/{row.pk}/")
    assert shown.context["score_form"].initial == {"score": 4, "comment": "よい"}
    assert office.post(address, {"score": 4}).status_code == 403
    PlanYear.objects.update(status="published")
    assert member.post(address, {"score": 5}).status_code == 409


# files, milestones, corrections

PDF = b"%PDF-1.7\n..."


def attach(user, row, content=PDF, name="報告.pdf"):
    return user.post(f"{ROOT}rows/{row.pk}/files/", {"file": SimpleUploadedFile(name, content)})


def test_a_file_is_attached_read_and_taken_back(row, section):
    make_report(row, "結果", status="draft")
    reporter = client("department_reporter", section)
    assert attach(reporter, row).status_code == 302
    kept = Attachment.objects.get()
    answer = client("auditor").get(f"{ROOT}files/{kept.pk}/")
    assert b"".join(answer.streaming_content) == PDF
    assert answer["Content-Disposition"].startswith("attachment; ")
    assert answer["X-Content-Type-Options"] == "nosniff"
    stranger = client("identity.admin")
    assert stranger.get(f"{ROOT}files/{kept.pk}/").status_code == 403
    assert client("council_member").post(f"{ROOT}files/{kept.pk}/withdraw/").status_code == 403
    assert reporter.post(f"{ROOT}files/{kept.pk}/withdraw/").status_code == 302
    assert not Attachment.objects.exists()
    assert reporter.get(f"{ROOT}files/99999/").status_code == 404


def test_a_file_that_may_not_be_attached(row, section, settings):
    reporter = client("department_reporter", section)
    assert attach(reporter, row).status_code == 404
    make_report(row, "結果", status="draft")
    assert attach(reporter, row, content=b"<html>").status_code == 422
    assert attach(reporter, row, content=b"").status_code == 422
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = 4
    assert attach(reporter, row).status_code == 422
    assert attach(client("auditor"), row).status_code == 403
    assert not Attachment.objects.exists()


def test_files_of_a_closed_year_stay(row, section):
    make_report(row, "結果", status="draft")
    reporter = client("department_reporter", section)
    attach(reporter, row)
    PlanYear.objects.update(status="closed")
    assert reporter.post(f"{ROOT}files/{Attachment.objects.get().pk}/withdraw/").status_code == 302
    assert attach(reporter, row).status_code == 422
    assert Attachment.objects.count() == 1


def test_a_milestone_is_recorded_changed_and_taken_back(row, section):
    reporter = client("department_reporter", section)
    address = f"{ROOT}rows/{row.pk}/milestones/"
    assert reporter.get(address).status_code == 200
    assert reporter.post(address, {"on": "2026-04-01", "text": "開設"}).status_code == 422
    assert reporter.post(address, {"on": "2025-10-01", "text": ""}).status_code == 422
    assert reporter.post(address, {"on": "2025-10-01", "text": "開設"}).status_code == 302
    fact = Milestone.objects.get()
    one = f"{address}{fact.pk}/"
    assert reporter.get(one).context["form"].initial["text"] == "開設"
    assert reporter.post(one, {"on": "2025-10-02", "text": "開設式"}).status_code == 302
    fact.refresh_from_db()
    assert (fact.on, fact.text) == (date(2025, 10, 2), "開設式")
    make_report(row, f"{{m:{fact.pk}}}", status="draft")
    assert reporter.post(one + "withdraw/").status_code == 302
    assert Milestone.objects.exists()
    Report.objects.all().delete()
    reporter.post(one + "withdraw/")
    assert not Milestone.objects.exists()
    assert reporter.get(one).status_code == 404


def test_milestones_need_an_open_year_and_a_reporter(row, section):
    fact = make_milestone(row.initiative)
    reporter = client("department_reporter", section)
    address = f"{ROOT}rows/{row.pk}/milestones/"
    assert client("auditor").get(address).status_code == 403
    PlanYear.objects.update(status="closed")
    assert reporter.get(address).status_code == 403
    data = {"on": "2025-10-01", "text": "開設"}
    assert reporter.post(address, data).status_code == 403
    assert reporter.post(f"{address}{fact.pk}/", data).status_code == 403
    reporter.post(f"{address}{fact.pk}/withdraw/")
    assert Milestone.objects.get().text == "開所式"


@pytest.fixture
def frozen(row, year, office):
    make_report(row, "{plan.carried_over}")
    close(office, year, confirmed="on")
    return FrozenFigure.objects.get()


def test_a_frozen_figure_is_corrected(frozen, office, row):
    address = f"{ROOT}figures/{frozen.public_id}/correct/"
    assert office.get(address).status_code == 200
    assert office.post(address, {"how": "given", "reason": "数え違い"}).status_code == 422
    assert office.post(address, {"how": "measured"}).status_code == 422
    data = {"how": "given", "value": "3", "reason": "数え違い"}
    assert office.post(address, data)["Location"] == f"{ROOT}rows/{row.pk}/"
    assert FrozenFigure.objects.latest("pk").value == Decimal(3)
    shown = page(office.get(f"{ROOT}rows/{row.pk}/"))
    assert "3件" in shown
    assert "<del>0件</del>" in shown
    assert office.post(address, data).status_code == 422
    assert client("auditor").post(address, data).status_code == 403
    assert office.get(f"{ROOT}figures/none/correct/").status_code == 404


def test_a_frozen_milestone_is_corrected(row, year, office):
    fact = make_milestone(row.initiative, text="開所式")
    make_report(row, f"{{m:{fact.pk}}}")
    close(office, year, confirmed="on")
    address = f"{ROOT}figures/{FrozenFigure.objects.get().public_id}/correct/"
    shown = office.get(address).context["form"]
    assert shown.initial == {"on": date(2025, 10, 1), "text": "開所式"}
    data = {"on": "2025-10-02", "text": "開所式", "reason": "日付の誤り"}
    assert office.post(address, data | {"reason": ""}).status_code == 422
    assert office.post(address, data).status_code == 302
    after = page(office.get(f"{ROOT}rows/{row.pk}/"))
    assert "開所式（2025年10月2日）" in after
    assert "<del>開所式（2025年10月1日）</del>" in after
    assert office.post(address, data).status_code == 422
