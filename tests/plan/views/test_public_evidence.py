"""Evidence pages: indicators, frozen figures with their seal, milestones, public files."""

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.test import Client

from madoguchi.kernel import clock
from madoguchi.kernel.evidence import EvidenceRow, Indicator, Measurement, indicators
from madoguchi.plan.models import Attachment, FrozenFigure, PlanYear
from madoguchi.plan.operations import cycle
from madoguchi.plan.operations.figures import correct_figure
from madoguchi.plan.queries.evidence import figure_page, public_figure
from tests.factories import make_user, sign_in
from tests.plan.factories import (
    make_initiative,
    make_milestone,
    make_plan,
    make_report,
    make_year,
    row_of,
)

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)
CODE = "lunch.schools_served"


@pytest.fixture(autouse=True)
def _now():
    with clock.frozen(NOW):
        yield


@pytest.fixture(autouse=True)
def _indicator():
    rows = tuple(
        EvidenceRow(f"第{n}小学校", f"/schools/{n}/", date(2025, 9, n)) for n in range(1, 8)
    )
    indicators.register(
        Indicator(CODE, "提供した学校", "校", lambda _year: Measurement(7, rows, "/schools/"))
    )
    yield
    indicators.unregister(CODE)


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def figure(plan):
    """The figure of a result line, frozen by closing its year, which is published."""
    year = make_year(plan, 2025)
    make_report(row_of(make_initiative(plan), 2025), f"小中学校{{{CODE}}}に提供")
    cycle.close_year(year=year, by=None)
    cycle.publish_year(year=year, by=None)
    return FrozenFigure.objects.get()


def page(path, **query):
    return Client().get(path, query)


def words(response):
    return response.content.decode()


class TestIndicators:
    def test_the_list_names_every_indicator(self):
        found = words(page("/plan/evidence/"))
        assert "提供した学校" in found
        assert f"/plan/evidence/{CODE}/2026/" in found

    def test_a_live_value_with_its_records_and_time(self):
        found = words(page(f"/plan/evidence/{CODE}/2025/"))
        assert "7校" in found
        assert '<a href="/schools/3/">第3小学校</a>' in found
        assert "2026年11月24日（火） 9:00" in found

    def test_records_come_in_pages(self):
        rows = tuple(EvidenceRow(f"記録{n:03}") for n in range(120))
        indicators.unregister(CODE)
        indicators.register(Indicator(CODE, "x", "", lambda _year: Measurement(120, rows, "")))
        assert "記録119" in words(page(f"/plan/evidence/{CODE}/2025/", page="3"))
        assert "記録000" in words(page(f"/plan/evidence/{CODE}/2025/", page="nonsense"))

    def test_a_broken_measure_takes_no_page_down(self, plan, caplog):
        broken = "lunch.broken"
        indicators.register(Indicator(broken, "こわれた数値", "校", lambda year: year / 0))
        try:
            answer = page(f"/plan/evidence/{broken}/2025/")
            api = page(f"/api/v1/indicators/{broken}/2025/").json()
            make_year(plan, 2025)
            row = row_of(make_initiative(plan), 2025)
            make_report(row, f"小中学校{{{broken}}}、{{{CODE}}}", status="draft")
            office = sign_in(Client(), make_user("office", "plan_office"))
            editor = office.get(f"/staff/plan/rows/{row.pk}/edit/")
        finally:
            indicators.unregister(broken)
        assert answer.status_code == 200
        assert "この数値は現在測れません" in words(answer)
        assert (api["is_withheld"], api["value"]) == (False, None)
        assert editor.status_code == 200
        assert "7校" in words(editor)
        assert "ZeroDivisionError" in caplog.text

    @pytest.mark.usefixtures("figure")
    def test_frozen_values_and_uses_are_named(self):
        found = page(f"/plan/evidence/{CODE}/2025/").context["page"]
        assert [entry.text for entry in found.frozen] == ["7校"]
        assert [use.code for use in found.uses] == ["1-1"]

    @pytest.mark.parametrize("path", ["nothing.here/2025", f"{CODE}/99999", f"{CODE}/0"])
    def test_missing(self, path):
        assert page(f"/plan/evidence/{path}/").status_code == 404

    @pytest.mark.parametrize("status", [PlanYear.Status.OPEN, PlanYear.Status.CLOSED])
    def test_the_plans_own_figures_wait_for_publication(self, plan, status):
        make_year(plan, 2025, status=status)
        make_report(row_of(make_initiative(plan, name="秘密"), 2025), outcome="finished")
        path = "/plan/evidence/plan.initiatives_finished/2025/"
        public = page(path)
        assert public.context["page"].reading is None
        assert "秘密" not in words(public)
        staff = sign_in(Client(), make_user("office", "plan_office"))
        assert staff.get(path).context["page"].reading.value == 1

    @pytest.mark.parametrize("status", [PlanYear.Status.PLANNED, PlanYear.Status.PUBLISHED])
    def test_the_figures_of_a_hidden_plan_are_withheld(self, plan, status):
        hidden = make_plan("hidden")
        hidden.is_public = False
        hidden.save()
        make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
        make_year(hidden, 2025, status=status)
        path = "/plan/evidence/plan.initiatives_finished/2025/"
        is_told_of_nothing_hidden = status == PlanYear.Status.PLANNED
        assert (page(path).context["page"].reading is not None) == is_told_of_nothing_hidden
        make_report(row_of(make_initiative(hidden, name="秘密"), 2025), outcome="finished")
        assert "秘密" not in words(page(path))
        api = Client().get("/api/v1/indicators/plan.initiatives_finished/2025/")
        assert "秘密" not in words(api)

    def test_results_of_a_year_that_was_never_opened_are_withheld(self, plan):
        make_year(plan, 2025, status=PlanYear.Status.PLANNED)
        make_report(row_of(make_initiative(plan, name="秘密"), 2025), outcome="finished")
        public = page("/plan/evidence/plan.initiatives_finished/2025/")
        assert public.context["page"].reading is None


class TestFrozenFigures:
    def test_the_seal_is_computed_anew(self, figure):
        response = page(f"/plan/figures/{figure.public_id}/")
        assert response.context["page"].is_intact
        assert "再計算の結果と一致しています" in words(response)
        assert figure.digest in words(response)

    @pytest.mark.parametrize(
        "change", [{"value": Decimal(8)}, {"unit": "件"}, {"rows": []}, {"code": "lunch.other"}]
    )
    def test_a_changed_figure_breaks_its_seal(self, figure, change):
        FrozenFigure.objects.update(**change)
        response = page(f"/plan/figures/{figure.public_id}/")
        assert not response.context["page"].is_intact
        assert "再計算の結果と一致しません" in words(response)

    def test_the_chain_of_corrections(self, figure):
        first = correct_figure(figure=figure, value=Decimal(6), reason="重複", by=None)
        last = correct_figure(figure=first, value=None, reason="数え直し", by=None)
        found = page(f"/plan/figures/{first.public_id}/")
        chain = found.context["page"].chain
        assert [(entry.text, entry.is_here) for entry in chain] == [
            ("7校", False),
            ("6校", True),
            ("7校", False),
        ]
        assert f"/plan/figures/{last.public_id}/" in words(found)
        assert "重複" in words(found)
        assert all(figure_page(public_figure(entry.figure.public_id)).is_intact for entry in chain)

    def test_the_sheet_shows_the_correction_beside_the_old_value(self, figure):
        correct_figure(figure=figure, value=Decimal(6), reason="重複", by=None)
        found = words(page("/plan/plan/1-1/"))
        assert "6校" in found
        assert "<s>7校</s>" in found

    @pytest.mark.parametrize("change", ["unpublished", "hidden"])
    def test_what_is_not_public_is_not_found(self, figure, change):
        if change == "unpublished":
            PlanYear.objects.update(status=PlanYear.Status.CLOSED)
        else:
            plan = figure.report.row.initiative.theme.plan
            plan.is_public = False
            plan.save()
        assert page(f"/plan/figures/{figure.public_id}/").status_code == 404

    @pytest.mark.parametrize("public_id", ["none", "%00", "a%00b"])
    def test_missing(self, public_id):
        assert page(f"/plan/figures/{public_id}/").status_code == 404


class TestMilestones:
    def test_a_milestone_of_a_published_year(self, plan):
        make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
        initiative = make_initiative(plan)
        milestone = make_milestone(initiative, text="開所式")
        make_report(row_of(initiative, 2025), f"{{m:{milestone.pk}}}")
        found = page(f"/plan/milestones/{milestone.pk}/")
        assert "開所式" in words(found)
        assert [use.fiscal_year for use in found.context["page"].uses] == [2025]

    def test_before_publication_only_staff_see_it(self, plan):
        make_year(plan, 2025)
        milestone = make_milestone(make_initiative(plan))
        path = f"/plan/milestones/{milestone.pk}/"
        assert page(path).status_code == 404
        assert "開所式" not in words(page("/plan/plan/1-1/"))
        staff = sign_in(Client(), make_user("auditor", "auditor"))
        assert staff.get(path).status_code == 200

    def test_of_a_hidden_plan(self, plan):
        make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
        milestone = make_milestone(make_initiative(plan))
        plan.is_public = False
        plan.save()
        assert page(f"/plan/milestones/{milestone.pk}/").status_code == 404

    def test_missing(self):
        assert page("/plan/milestones/999/").status_code == 404


class TestFiles:
    @pytest.fixture
    def attachment(self, plan):
        make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
        report = make_report(row_of(make_initiative(plan), 2025), "x")
        kept = Attachment(
            report=report,
            name="報告書.pdf",
            media_type="application/pdf",
            size=5,
            sha256="0" * 64,
            is_public=True,
            at=NOW,
        )
        kept.file.save("a.pdf", ContentFile(b"%PDF-"))
        return kept

    def test_a_public_file_is_handed_out_to_be_saved(self, attachment):
        assert f"/plan/files/{attachment.pk}/" in words(page("/plan/plan/1-1/"))
        response = page(f"/plan/files/{attachment.pk}/")
        assert b"".join(response.streaming_content) == b"%PDF-"
        assert response["Content-Disposition"].startswith("attachment")

    def test_other_files_stay_inside(self, attachment):
        attachment.is_public = False
        attachment.save()
        assert page(f"/plan/files/{attachment.pk}/").status_code == 404
        assert "報告書.pdf" not in words(page("/plan/plan/1-1/"))

    def test_before_publication(self, attachment):
        PlanYear.objects.update(status=PlanYear.Status.CLOSED)
        assert page(f"/plan/files/{attachment.pk}/").status_code == 404


def test_a_figure_without_an_app_that_measures_it_still_opens(figure):
    own = indicators[CODE]
    indicators.unregister(CODE)
    assert page(f"/plan/figures/{figure.public_id}/").status_code == 200
    indicators.register(replace(own))
