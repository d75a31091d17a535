"""The read-only API: what each address answers, and that nothing else can be done."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from madoguchi.kernel import clock
from madoguchi.plan.models import FrozenFigure, Plan, PlanYear, Transfer
from tests.factories import make_department
from tests.plan.factories import make_initiative, make_plan, make_report, make_year, row_of

pytestmark = pytest.mark.django_db

MOMENT = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with clock.frozen(MOMENT):
        yield


@pytest.fixture
def plan() -> Plan:
    """2025 is published, 2026 closed."""
    plan = make_plan("reform", first_year=2025, last_year=2026, title="行政改革プラン")
    first = make_initiative(
        plan,
        1,
        name="窓口の改善",
        departments=[make_department("市民部", "市民課")],
        planned=("番号札の導入",),
    )
    make_initiative(plan, 2, name="総合窓口の設置")
    make_year(plan, 2025, status=PlanYear.Status.PUBLISHED)
    make_year(plan, 2026, status=PlanYear.Status.CLOSED)
    make_report(row_of(first, 2025), "番号札の導入", effect=1200)
    make_report(row_of(first, 2026), "まだ公表しない結果", outcome="finished")
    Transfer.objects.create(initiative=first, position=0, subject="案内", theme_number=1, number=2)
    return plan


def get(client: Client, path: str, **query: str | int) -> Any:
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    assert answer["Access-Control-Allow-Origin"] == "*"
    return answer.json()


def test_plans(client: Client, plan: Plan) -> None:
    make_plan("hidden")
    Plan.objects.filter(slug="hidden").update(is_public=False)
    assert get(client, "plans/") == {
        "items": [
            {
                "slug": plan.slug,
                "title": "行政改革プラン",
                "first_year": 2025,
                "last_year": 2026,
                "initiatives": 2,
                "finished": 0,
                "carried_over": 0,
                "is_running": True,
                "url": "http://testserver/plan/reform/",
            }
        ],
        "count": 1,
    }


def test_a_plan(client: Client, plan: Plan) -> None:
    answer = get(client, f"plans/{plan.slug}/")
    assert answer["years"] == [
        {"fiscal_year": 2025, "label": "令和7年度", "status": "published"},
        {"fiscal_year": 2026, "label": "令和8年度", "status": "closed"},
    ]
    assert answer["themes"] == [
        {
            "number": 1,
            "name": "市民サービス向上策の積極展開",
            "initiatives": 2,
            "url": "http://testserver/plan/reform/themes/1/",
        }
    ]


def test_initiatives(client: Client, plan: Plan) -> None:
    answer = get(client, f"plans/{plan.slug}/initiatives/")
    assert answer["count"] == 2
    first = answer["items"][0]
    assert [charge["written_as"] for charge in first.pop("departments")] == ["市民課"]
    assert first == {
        "code": "1-1",
        "theme": 1,
        "number": 1,
        "name": "窓口の改善",
        "standing": "under_way",
        "years": [
            {"fiscal_year": 2025, "state": "done"},
            {"fiscal_year": 2026, "state": "planned"},
        ],
        "url": "http://testserver/plan/reform/1-1/",
    }


def test_initiatives_in_pages_and_filtered(client: Client, plan: Plan) -> None:
    path = f"plans/{plan.slug}/initiatives/"

    def codes(**query: str | int) -> list[str]:
        return [item["code"] for item in get(client, path, **query)["items"]]

    department = make_department("市民部", "市民課").pk
    assert codes(limit=1) == ["1-1"]
    assert codes(limit=1, offset=1) == ["1-2"]
    assert codes(offset=5) == []
    assert codes(theme=1) == ["1-1", "1-2"]
    assert codes(theme=2) == []
    assert codes(department=department) == ["1-1"]
    assert codes(standing="under_way") == ["1-1", "1-2"]
    assert codes(standing="finished") == []


def test_a_sheet(client: Client, plan: Plan) -> None:
    answer = get(client, f"plans/{plan.slug}/initiatives/1-1/")
    assert answer["theme_name"] == "市民サービス向上策の積極展開"
    assert (answer["problem"], answer["content"], answer["goal"]) == (["課題"], ["内容"], ["目標"])
    assert answer["moved_out"] == [{"subject": "案内", "code": "1-2", "name": "総合窓口の設置"}]
    assert answer["effect_total"] == 1200
    assert answer["rows"] == [
        {
            "fiscal_year": 2025,
            "label": "令和7年度",
            "is_published": True,
            "plan": [{"text": "番号札の導入", "verdict": "as_planned", "result_year": 2025}],
            "continues": False,
            "result": [
                {
                    "text": "番号札の導入",
                    "figures": [],
                    "verdict": "as_planned",
                    "plan_year": 2025,
                }
            ],
            "outcome": None,
            "effect": 1200,
            "score": None,
        },
        {
            "fiscal_year": 2026,
            "label": "令和8年度",
            "is_published": False,
            "plan": [{"text": "番号札の導入", "verdict": "open", "result_year": None}],
            "continues": False,
            "result": [],
            "outcome": None,
            "effect": None,
            "score": None,
        },
    ]
    moved_in = get(client, f"plans/{plan.slug}/initiatives/1-2/")["moved_in"]
    assert moved_in == [{"subject": "案内", "code": "1-1", "name": "窓口の改善"}]


def test_figures_lead_to_their_records(client: Client, plan: Plan) -> None:
    sheet = make_initiative(plan, 3, name="三つ目")
    make_report(row_of(sheet, 2025), "{plan.carried_over}が継続、{none.such}", "{{括弧}}")
    [first, second] = get(client, f"plans/{plan.slug}/initiatives/1-3/")["rows"][0]["result"]
    assert first["text"] == "0件が継続、{none.such}"
    assert first["figures"] == [
        {
            "code": "plan.carried_over",
            "text": "0件",
            "label": "次期プランへ継続する取組",
            "is_frozen": False,
            "url": "http://testserver/plan/evidence/plan.carried_over/2025/",
        }
    ]
    assert second["text"] == "{括弧}"


def test_rows(client: Client, plan: Plan) -> None:
    answer = get(client, f"plans/{plan.slug}/rows/", fiscal_year=2025, theme=1)
    assert answer["count"] == 2
    assert answer["items"][0] == {
        "code": "1-1",
        "name": "窓口の改善",
        "fiscal_year": 2025,
        "plan": ["番号札の導入"],
        "continues": False,
        "result": ["番号札の導入"],
        "outcome": None,
        "effect": 1200,
    }
    assert get(client, f"plans/{plan.slug}/rows/")["count"] == 4


def test_comparison(client: Client, plan: Plan) -> None:
    answer = get(client, f"plans/{plan.slug}/comparison/")
    assert [(line["code"], line["planned"], line["on_time"]) for line in answer["initiatives"]] == [
        ("1-1", 1, 1),
        ("1-2", 1, 0),
    ]
    assert answer["total"]["counts"] == {"as_planned": 1, "dropped": 1, "open": 2}
    assert [line["name"] for line in answer["themes"]] == ["市民サービス向上策の積極展開"]


def test_indicators(client: Client) -> None:
    items = get(client, "indicators/")["items"]
    assert "plan.carried_over" in [item["code"] for item in items]
    assert all(item["label"] and item["unit"] for item in items)


def test_an_indicator_of_a_published_year(client: Client, plan: Plan) -> None:
    sheet = make_initiative(plan, 3, name="終わった取組")
    make_report(row_of(sheet, 2025), "した", outcome="finished")
    answer = get(client, "indicators/plan.initiatives_finished/2025/")
    assert (answer["is_withheld"], answer["value"], answer["records_count"]) == (False, "1", 1)
    assert answer["url"] == "http://testserver/plan/evidence/plan.initiatives_finished/2025/"


def test_an_indicator_is_withheld_until_its_year_is_published(client: Client, plan: Plan) -> None:
    assert plan.slug
    answer = get(client, "indicators/plan.initiatives_finished/2026/")
    assert (answer["is_withheld"], answer["value"], answer["records"]) == (True, None, [])


def test_a_frozen_figure(client: Client, plan: Plan) -> None:
    report = row_of(plan.themes.get().initiatives.get(number=1), 2025).report
    figure = FrozenFigure.objects.create(
        public_id="F1",
        report=report,
        code="plan.carried_over",
        label="次期プランへ継続する取組",
        unit="件",
        value="12.5000",
        rows=[{"text": "1-9", "url": "/plan/reform/1-9/", "on": "2026-03-31"}],
        measured_at=MOMENT,
        digest="0" * 64,
    )
    answer = get(client, f"figures/{figure.public_id}/")
    assert (answer["value"], answer["text"], answer["initiative"]) == ("12.5", "12.5件", "1-1")
    assert answer["is_intact"] is False
    assert answer["records"] == [
        {"text": "1-9", "url": "http://testserver/plan/reform/1-9/", "on": "2026-03-31"}
    ]
    assert [entry["public_id"] for entry in answer["chain"]] == ["F1"]
    PlanYear.objects.update(status=PlanYear.Status.CLOSED)
    assert client.get("/api/v1/figures/F1/").status_code == 404


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("plans/other/", "There is no public plan of that name."),
        ("plans/other/rows/", "There is no public plan of that name."),
        ("plans/reform/initiatives/1-99/", "This plan has no initiative of that number."),
        ("plans/reform/rows/?theme=9", "This plan has no theme of that number."),
        ("indicators/none.such/2025/", "No service measures an indicator of that code."),
        ("figures/none/", "No published result has a figure of that number."),
        ("elsewhere/", "There is nothing at this address. See /api/ for the reference."),
    ],
)
def test_what_is_not_there_is_said_in_words(
    client: Client, plan: Plan, path: str, message: str
) -> None:
    assert plan.slug == "reform"
    answer = client.get(f"/api/v1/{path}", headers={"Accept-Language": "en"})
    assert (answer.status_code, answer.json()) == (404, {"message": message})
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "plans/?limit=0",
        "plans/?limit=501",
        "plans/?offset=-1",
        "plans/re%20form/",
        "plans/reform/initiatives/?standing=none",
        "plans/reform/initiatives/1-10000/",
        "plans/reform/rows/?fiscal_year=H27",
        "indicators/UPPER/2025/",
        "indicators/plan.carried_over/99999/",
    ],
)
def test_a_wrong_parameter_is_refused(client: Client, path: str) -> None:
    assert client.get(f"/api/v1/{path}").status_code == 422


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client: Client, plan: Plan, method: str) -> None:
    assert getattr(client, method)(f"/api/v1/plans/{plan.slug}/").status_code == 405


def test_texts_follow_the_language_that_is_asked_for(client: Client) -> None:
    answer = client.get("/api/v1/plans/other/", headers={"Accept-Language": "ja"})
    assert answer.json() == {"message": "その名前の公開されたプランはありません。"}


@pytest.mark.parametrize("path", ["", "initiatives/", "rows/", "comparison/"])
def test_a_list_takes_as_many_queries_for_two_sheets_as_for_five(
    client: Client, plan: Plan, path: str
) -> None:
    address = f"/api/v1/plans/{plan.slug}/{path}"
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in (3, 4, 5):
        make_report(row_of(make_initiative(plan, number), 2025), "した")
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)


def test_the_reference_is_a_page_without_scripts_from_elsewhere(client: Client) -> None:
    answer = client.get(reverse("api_reference"))
    text = answer.content.decode()
    assert answer.status_code == 200
    for words in ("/api/v1/plans/{slug}/rows/", "InitiativeSummary", "/api/openapi.json"):
        assert words in text
    assert "swagger" not in text
    assert "http://cdn" not in text


def test_the_description_for_programs(client: Client) -> None:
    answer = client.get("/api/openapi.json")
    schema = json.loads(answer.content)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert schema["info"]["title"] == "Madoguchi"
    assert all(list(methods) == ["get"] for methods in schema["paths"].values())
    assert sorted(schema["paths"]) == [
        "/api/v1/figures/{public_id}/",
        "/api/v1/indicators/",
        "/api/v1/indicators/{code}/{fiscal_year}/",
        "/api/v1/plans/",
        "/api/v1/plans/{slug}/",
        "/api/v1/plans/{slug}/comparison/",
        "/api/v1/plans/{slug}/initiatives/",
        "/api/v1/plans/{slug}/initiatives/{theme}-{number}/",
        "/api/v1/plans/{slug}/rows/",
    ]
