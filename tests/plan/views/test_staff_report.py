"""Reading, writing, checking and handing in a report."""

import pytest
from django.test import Client

from madoguchi.kernel.evidence import indicators
from madoguchi.plan.models import PlanYear, Report
from tests.factories import make_department, make_user, sign_in
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_row,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    return make_department("総務部", "情報推進課")


@pytest.fixture
def year():
    return make_year(make_plan())


@pytest.fixture
def row(year, section):
    return row_of(make_initiative(year.plan, departments=[section]))


@pytest.fixture
def reporter(section):
    user = make_user("reporter", "department_reporter", department=section, name="情報 花子")
    return sign_in(Client(), user)


def signed_in(*roles, department=None):
    return sign_in(Client(), make_user("-".join(roles) or "none", *roles, department=department))


def url(row, step=""):
    return f"/staff/plan/rows/{row.pk}/{step}"


def write(client, row, *lines, version=0, action="save", **more):
    data = {"line": lines, "version": version, "outcome": "", "effect": "", "action": action}
    return client.post(url(row, "edit/"), data | more)


def texts(row):
    return list(Report.objects.get(row=row).items.values_list("text", flat=True))


def page(answer):
    return answer.content.decode()


def test_a_reporter_writes_checks_and_hands_in(reporter, row):
    first = reporter.get(url(row, "edit/"))
    assert first.status_code == 200
    assert "窓口の改善" in page(first)
    saved = write(reporter, row, "窓口を改善", "", outcome="finished", effect="1200")
    assert (saved.status_code, saved["Location"]) == (302, url(row, "edit/"))
    assert texts(row) == ["窓口を改善"]
    checked = write(reporter, row, "窓口を改善した", version=1, action="check")
    assert (checked.status_code, checked["Location"]) == (302, url(row, "check/"))
    assert "窓口を改善した" in page(reporter.get(url(row, "check/")))
    sent = reporter.post(url(row, "check/"), {"version": 2})
    assert (sent.status_code, sent["Location"]) == (302, url(row))
    assert Report.objects.get().status == Report.Status.SUBMITTED
    assert "提出済" in page(reporter.get(url(row)))


def test_a_report_that_changed_since_is_checked_again(reporter, row):
    write(reporter, row, "結果")
    answer = reporter.post(url(row, "check/"), {"version": 9})
    assert (answer.status_code, answer["Location"]) == (302, url(row, "check/"))
    assert Report.objects.get().status == Report.Status.DRAFT


def test_an_empty_report_is_not_handed_in(reporter, row):
    write(reporter, row, "")
    answer = reporter.post(url(row, "check/"), {"version": 1})
    assert answer.status_code == 422
    assert "結果を1つ以上" in page(answer)


def test_checking_nothing_leads_back(reporter, row):
    assert reporter.get(url(row, "check/"))["Location"] == url(row)


@pytest.mark.parametrize(
    ("action", "lines"),
    [
        ("add", ["い", "ろ", ""]),
        ("up:1", ["ろ", "い"]),
        ("down:0", ["ろ", "い"]),
        ("remove:0", ["ろ"]),
        ("insert:plan.carried_over", ["い", "ろ{plan.carried_over}"]),
        ("preview", ["い", "ろ"]),
        ("find", ["い", "ろ"]),
    ],
)
def test_buttons_rearrange_lines_without_storing(reporter, row, action, lines):
    answer = write(reporter, row, "い", "ろ", action=action, effect="7", outcome="finished")
    assert answer.status_code == 200
    assert [line["text"] for line in answer.context["lines"]] == lines
    assert answer.context["form"]["effect"].value() == "7"
    assert answer.context["form"]["outcome"].value() == "finished"
    assert not Report.objects.exists()


def test_the_picker_shows_figures_with_their_value_now(reporter, row):
    milestone = make_milestone(row.initiative, text="フロア開設")
    shown = reporter.get(url(row, "edit/")).context["choices"]
    assert {choice.code: choice.text for choice in shown}[f"m:{milestone.pk}"] == (
        "フロア開設（2025年10月1日）"
    )
    assert {choice.code: choice.text for choice in shown}["plan.carried_over"] == "0件"
    found = write(reporter, row, "い", action="find", find="carried").context["choices"]
    assert [choice.code for choice in found] == ["plan.carried_over"]


def test_the_preview_is_a_piece_of_page(reporter, row):
    answer = reporter.post(url(row, "preview/"), {"line": ["計{plan.carried_over}", "{x}", " "]})
    assert answer.status_code == 200
    assert "0件</a>" in page(answer)
    assert "p-unknown" in page(answer)
    assert "<html" not in page(answer)


def test_an_unknown_figure_keeps_the_text(reporter, row):
    answer = write(reporter, row, "よい", "", "{bus.riders}人が利用")
    assert answer.status_code == 422
    assert "2行目：「bus.riders」という数値はありません。" in page(answer)
    assert "{bus.riders}人が利用</textarea>" in page(answer)
    assert [bool(line["error"]) for line in answer.context["lines"]] == [False, True]
    assert not Report.objects.exists()


@pytest.mark.parametrize(
    ("lines", "more"),
    [
        (["長" * 501], {}),
        (["一行目", "二\x00行目"], {}),
        (["い"] * 41, {}),
        (["い"], {"effect": "たくさん"}),
        (["い"], {"effect": "1" * 12}),
        (["い"], {"outcome": "dropped"}),
        (["い"], {"version": "-1"}),
    ],
)
def test_bad_input_is_answered_with_the_form(reporter, row, lines, more):
    answer = write(reporter, row, *lines, **more)
    assert answer.status_code == 422
    assert answer.context["lines"][0]["text"] == lines[0]
    assert not Report.objects.exists()


def test_markup_in_a_line_is_text(reporter, row):
    write(reporter, row, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in page(reporter.get(url(row)))
    assert "&lt;script&gt;alert(1)" in page(reporter.get(url(row)))


def test_two_writers_lose_nothing(reporter, row):
    write(reporter, row, "最初")
    office = signed_in("plan_office")
    write(office, row, "事務局の文", version=1, effect="5")
    conflict = write(reporter, row, "報告者の文", version=1)
    assert conflict.status_code == 409
    assert "事務局の文" in page(conflict)
    assert "報告者の文</textarea>" in page(conflict)
    assert texts(row) == ["事務局の文"]
    taken = write(reporter, row, "報告者の文", version=2, action="take:0", conflict="1")
    merged = [line["text"] for line in taken.context["lines"]]
    assert merged == ["報告者の文", "事務局の文"]
    assert write(reporter, row, *merged, version=2).status_code == 302
    assert texts(row) == merged


@pytest.mark.parametrize("status", ["submitted", "accepted"])
def test_what_was_handed_in_is_not_written(reporter, row, status):
    make_report(row, "結果", status=status)
    answer = reporter.get(url(row, "edit/"))
    assert answer.status_code == 403
    kept = write(reporter, row, "わたしの文", version=1)
    assert kept.status_code == 409
    assert "わたしの文</textarea>" in page(kept)
    assert texts(row) == ["結果"]


def test_nothing_is_written_outside_an_open_year(reporter, row):
    PlanYear.objects.update(status=PlanYear.Status.CLOSED)
    assert reporter.get(url(row, "edit/")).status_code == 403
    assert write(reporter, row, "結果").status_code == 409


@pytest.mark.parametrize(
    ("roles", "reads", "writes"),
    [
        (("plan_office",), 200, 200),
        (("council_member",), 200, 403),
        (("auditor",), 200, 403),
        (("identity.admin",), 403, 403),
    ],
)
def test_roles(row, roles, reads, writes):
    client = signed_in(*roles)
    assert client.get(url(row)).status_code == reads
    assert client.get(url(row, "edit/")).status_code == writes
    saved = write(client, row, "結果")
    assert saved.status_code == (302 if writes == 200 else 403)
    assert client.post(url(row, "preview/"), {"line": "い"}).status_code == writes


def test_a_reporter_of_another_department_is_told_why(row):
    client = signed_in("department_reporter", department=make_department("環境衛生部"))
    answer = client.get(url(row))
    assert answer.status_code == 403
    assert "担当部署" in page(answer)
    assert write(client, row, "結果").status_code == 403


def test_a_reporter_of_the_department_above_may_write(row, section):
    client = signed_in("department_reporter", department=section.parent)
    assert write(client, row, "結果").status_code == 302


def test_the_page_shows_what_was_planned_and_done_before(reporter, year, section):
    initiative = make_initiative(year.plan, 2, departments=[section], years=[2023, 2024])
    make_report(row_of(initiative, 2024), "去年の結果{plan.carried_over}")
    row = make_row(initiative, 2025)
    row.continues = True
    row.save()
    shown = reporter.get(url(row, "edit/")).context["page"]
    assert (shown.planned, shown.planned_in) == (("窓口の改善",), "令和6年度")
    assert shown.last_year_label == "令和6年度"
    assert [piece.text for piece in shown.last_year[0]] == ["去年の結果", "0件"]
    alone = make_row(make_initiative(year.plan, 3, departments=[section], years=[]), 2025)
    alone.continues = True
    alone.save()
    assert reporter.get(url(alone)).context["page"].planned == ()


def test_nobody_comes_in_without_signing_in(row):
    answer = Client().get(url(row))
    assert answer.status_code == 302
    assert "/accounts/login/" in answer["Location"]


@pytest.mark.parametrize("step", ["", "edit/", "check/", "milestones/"])
def test_a_row_that_does_not_exist(reporter, step):
    assert reporter.get(f"/staff/plan/rows/99999/{step}").status_code == 404


def test_pages_take_constant_queries(reporter, row, django_assert_max_num_queries):
    def count(lines):
        Report.objects.all().delete()
        make_report(row, *lines, status="draft")
        reporter.get(url(row, "edit/"))
        with django_assert_max_num_queries(40) as shown:
            assert reporter.get(url(row)).status_code == 200
        with django_assert_max_num_queries(35 + 2 * len(indicators)) as edited:
            assert reporter.get(url(row, "edit/")).status_code == 200
        return len(shown), len(edited)

    token = "{plan.carried_over}"
    assert count([token]) == count([token, f"い{token}", f"ろ{token}"])
