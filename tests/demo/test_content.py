"""What the sample city says: the facts of the finished plan, and prose of its own."""

import re
from dataclasses import replace

import pytest

from madoguchi.demo import content
from madoguchi.kernel import fiscal
from madoguchi.plan.document.model import Outcome, Transfer, summarise
from madoguchi.plan.document.reading import read_plan
from madoguchi.plan.rules import figures

PLANS = [content.finished_plan(), content.running_plan()]
YEARS = [
    pytest.param(year, id=f"{plan.slug}-{sheet.sheet.code}-{year.row.fiscal_year}")
    for plan in PLANS
    for sheet in plan.sheets
    for year in sheet.years.values()
]


def sentences(document):
    """The sentences of the prose that are long enough to be somebody's."""
    prose = [
        paragraph
        for sheet in document.initiatives
        for paragraph in (*sheet.problem, *sheet.content, *sheet.goal)
    ]
    cut = {part.strip() for text in prose for part in re.split(r"[。\n]", text)}
    return {part for part in cut if len(part) >= 20}


def test_the_finished_plan_has_the_counts_of_theme_1():
    counts = summarise(content.finished_plan().reported)
    assert (counts.themes, counts.initiatives, counts.rows) == (1, 17, 85)
    assert (counts.plan_items, counts.result_items) == (79, 113)
    assert (counts.finished, counts.carried_over) == (16, 1)


def test_the_finished_plan_carries_on_two_plans_by_an_arrow():
    rows = [row for sheet in content.finished_plan().reported.initiatives for row in sheet.rows]
    assert sum(row.continues for row in rows) == 2


def test_card_payment_is_carried_over_and_a_part_of_1_3_moved_to_1_12():
    sheets = {sheet.code: sheet for sheet in content.finished_plan().reported.initiatives}
    assert sheets["1-9"].rows[-1].outcome is Outcome.CARRIED_OVER
    assert sheets["1-3"].transfers == (Transfer("総合窓口の検討", 1, 12, "総合窓口の設置"),)


def test_the_facts_are_those_of_the_real_document(seed_path):
    real = read_plan(seed_path.read_bytes(), filename=seed_path.name).themes[0]
    ours = content.finished_plan().reported.themes[0]
    assert ours.name == real.name
    for own, given in zip(ours.initiatives, real.initiatives, strict=True):
        assert (own.code, own.name, own.departments) == (given.code, given.name, given.departments)
        assert tuple(replace(row, effect=None) for row in own.rows) == given.rows


def test_no_sentence_of_the_prose_is_the_real_document_s(seed_path):
    real = read_plan(seed_path.read_bytes(), filename=seed_path.name)
    ours = set().union(*(sentences(plan.reported) for plan in PLANS))
    assert len(ours) > 100
    assert ours & sentences(real) == set()


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_a_plan_announces_what_it_later_reports(plan):
    counts, later = summarise(plan.announced), summarise(plan.reported)
    assert (counts.rows, counts.plan_items) == (later.rows, later.plan_items)
    assert (counts.result_items, counts.finished, counts.carried_over) == (0, 0, 0)
    assert plan.announced.fiscal_years == tuple(range(plan.first_year, plan.last_year + 1))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.slug)
def test_every_sheet_has_its_prose_and_all_its_years(plan):
    for each in plan.sheets:
        assert all(
            (each.sheet.problem, each.sheet.content, each.sheet.goal, each.sheet.departments)
        )
        assert sorted(each.years) == list(range(plan.first_year, plan.last_year + 1))


@pytest.mark.parametrize("year", YEARS)
def test_milestones_lie_in_their_year_and_lines_name_those_that_exist(year):
    assert {fiscal.fiscal_year_of(each.on) for each in year.milestones} <= {year.row.fiscal_year}
    named = {code.removeprefix("m:") for code in figures.codes(year.row.result) if "m:" in code}
    assert named == {each.key for each in year.milestones if each.key}


@pytest.mark.parametrize("year", YEARS)
def test_a_report_that_went_back_says_why(year):
    assert (year.state == "returned") == bool(year.comment)


def test_the_open_year_shows_every_state():
    running = content.running_plan()
    second = running.first_year + 1
    states = {each.years[second].state for each in running.sheets}
    assert states == {"", "draft", "submitted", "returned", "accepted"}


def test_people_are_marked_as_invented_and_there_is_one_for_every_role():
    city = content.city()
    assert [member.name for member in city.staff if "（見本）" not in member.name] == []
    assert [
        comment.name for comment in city.comments if "見本" not in (comment.name or "見本")
    ] == []
    assert {member.role for member in city.staff} == {
        "plan_office",
        "department_reporter",
        "council_member",
        "auditor",
        "identity.admin",
        "payments_treasury",
        "payments_collector",
        "water_clerk",
        "procedures_clerk",
        "procedures_decider",
        "procedures_operator",
        "procedures_composer",
    }


def test_what_is_attached_can_be_read():
    files = [
        file
        for plan in PLANS
        for sheet in plan.sheets
        for year in sheet.years.values()
        for file in year.files
    ]
    assert [(file.name.endswith("（見本）" + file.source[-4:])) for file in files] == [True] * 3
    assert [file.content[:4] for file in files if file.source.endswith(".pdf")] == [b"%PDF"]
