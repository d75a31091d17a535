"""From the guide into the forms: what was answered there is not asked again, shown, and changed."""

import re

import pytest
from django.urls import reverse

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.operations.cases import begin_case, save_values
from madoguchi.blocks.procedures.operations.guide import keep_draft, publish_guide
from madoguchi.blocks.procedures.operations.shipping import install_shipped
from madoguchi.blocks.procedures.queries.drafts import draft_of
from madoguchi.blocks.procedures.rules.access import CLERK
from madoguchi.blocks.procedures.rules.definition import ItemUse
from madoguchi.kernel import clock
from tests.blocks.procedures.factories import (
    BENEFIT,
    NOON,
    NOTICE,
    TODAY,
    make_procedure,
    make_procedures,
    notice_definition,
)
from tests.blocks.procedures.guide.samples import SMALL
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

GUIDE = SMALL.replace("kind: date}", "kind: date, fills: move.date}")
ANSWERS = {"moved_on": "2026-11-14", "household": "family", "children": "no", "people": "3"}
TOLD = "案内で答えた内容"
WHEN = {"move__date_0": "", "move__date_1": "2026", "move__date_2": "11", "move__date_3": "20"}


@pytest.fixture(autouse=True)
def in_force(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    with clock.frozen(NOON):
        yield


@pytest.fixture
def guide():
    draft = keep_draft(source=GUIDE, note="", by=None)
    return publish_guide(version=draft, starts_on=TODAY, by=None)


def go(client, event="moving", answers=ANSWERS):
    """Through the guide until the list is ready, answering what is asked; how it was asked."""
    answer = client.post(reverse("procedures:start", args=[event]), follow=True)
    asked = []
    while "/ask/" in (here := answer.request["PATH_INFO"]):
        question = here.rstrip("/").rpartition("/")[2]
        asked.append(question)
        given = answers.get(question, [])
        answer = client.post(here, {"answer": given}, follow=True)
        assert answer.status_code == 200, answer.content.decode()
    return asked


def begin(client, *forms):
    answer = client.post(reverse("procedures:begin"), {"form": forms})
    assert answer.status_code == 302
    return Case.objects.get(number=answer["Location"].rstrip("/").rpartition("/")[2])


def at(name, case, *args):
    return reverse(f"procedures:{name}", args=[case.number, *args])


def page(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def through(client, case):
    """The pages of the form, one after another, each left blank."""
    address = at("fill", case, draft_of(case).to_ask[0].code)
    while "/fill/" in address:
        yield page(client, address)
        case.refresh_from_db()
        address = client.post(address, {"edit": case.edit})["Location"]


def fields(shown):
    return {
        re.sub(r"_[0-3]$", "", name) for name in re.findall(r'name="([a-z0-9_-]+__[^"]+)"', shown)
    }


def hidden(shown):
    """What a page sends besides its fields."""
    form = shown.partition('<form class="m-form"')[2].partition("</form>")[0]
    found = re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', form)
    return {name: value for name, value in found if name != "csrfmiddlewaretoken"}


@pytest.mark.usefixtures("guide")
def test_what_the_guide_was_told_is_not_asked_again_and_shown_with_its_origin(client):
    make_procedures()
    go(client)
    case = begin(client, NOTICE, BENEFIT)
    assert (case.values, case.typed) == ({"move.date": "2026-11-14"}, 0)
    asked = [fields(shown) for shown in through(client, case)]
    assert "move__date" not in set().union(*asked)
    assert {"move__new_address"} in asked
    case.refresh_from_db()
    assert (case.values, case.typed) == ({"move.date": "2026-11-14"}, 0)
    shown = page(client, at("check", case))
    assert shown.count(TOLD) == 1
    assert "2026年11月14日" in shown


@pytest.mark.usefixtures("guide")
def test_the_page_says_what_was_told_and_lets_it_be_changed_on_the_way(client):
    make_procedures()
    go(client)
    case = begin(client, NOTICE)
    address = at("fill", case, "move")
    shown = page(client, address)
    assert TOLD in shown
    assert f"{address}?whole=1" in shown
    whole = page(client, f"{address}?whole=1")
    assert fields(whole) == {"move__date", "move__new_address"}
    assert "案内で答えた内容です。" in whole
    sent = {"edit": 0, "whole": "1", "move__new_address": "窓口市本町", **WHEN}
    assert client.post(address, sent)["Location"] == at("fill", case, "about-moving-in-notice")
    case.refresh_from_db()
    assert case.values == {"move.date": "2026-11-20", "move.new_address": "窓口市本町"}
    assert case.typed == 2
    assert TOLD not in page(client, at("check", case))


@pytest.mark.usefixtures("guide")
@pytest.mark.parametrize("now", ["2026-11-20", ""])
def test_what_was_text_on_the_page_is_neither_compared_nor_overwritten(client, now):
    make_procedures()
    go(client)
    case = begin(client, NOTICE)
    address = at("fill", case, "move")
    sent = hidden(page(client, address)) | {"move__new_address": "窓口市本町"}
    elsewhere = {"move.date": now, "move.new_address": "窓口市緑町"}
    save_values(case=case, values=elsewhere, edit=0)
    answer = client.post(address, sent)
    assert answer.status_code == 409
    shown = answer.content.decode()
    compared = shown.partition("p-compare")[2].partition("</dl>")[0]
    assert re.findall(r"<dt>(.*?)</dt>", compared) == ["引っ越し先の住所"]
    assert fields(shown) == {"move__new_address"}
    assert TOLD not in shown
    mine = hidden(shown) | {"move__new_address": "窓口市本町"}
    assert mine["edit"] == "1"
    assert client.post(address, mine).status_code == 302
    case.refresh_from_db()
    kept = {"move.date": now, "move.new_address": "窓口市本町"}
    assert case.values == {key: value for key, value in kept.items() if value}


@pytest.mark.usefixtures("guide")
def test_it_is_changed_from_the_check_and_what_is_taken_out_is_asked(client):
    make_procedures()
    go(client)
    case = begin(client, NOTICE)
    address = at("fill", case, "move")
    assert "move__date" in fields(page(client, f"{address}?check=1"))
    blank = dict.fromkeys(WHEN, "")
    answer = client.post(address, {"edit": 0, "check": "1", **blank})
    assert answer["Location"] == at("check", case)
    case.refresh_from_db()
    assert case.values == {}
    assert "move__date" in fields(page(client, address))


@pytest.mark.usefixtures("guide")
def test_a_page_of_which_everything_was_told_is_passed_over_and_can_be_opened(client):
    use = (ItemUse("applicant.name"), ItemUse("move.date"), ItemUse("bank.name"))
    make_procedure(NOTICE, notice_definition(items=use, own_items=()))
    go(client)
    case = begin(client, NOTICE)
    assert [fields(shown) for shown in through(client, case)] == [
        {"applicant__name"},
        {"bank__name"},
    ]
    shown = page(client, at("fill", case, "bank"))
    assert "2ページ中2ページ目" in shown
    assert at("fill", case, "applicant") in shown
    assert fields(page(client, at("fill", case, "move"))) == {"move__date"}
    sent = client.post(at("fill", case, "move"), {"edit": 2, **WHEN})
    assert sent["Location"] == at("fill", case, "bank")
    case.refresh_from_db()
    assert (case.values, case.typed) == ({"move.date": "2026-11-20"}, 1)


@pytest.mark.usefixtures("guide")
def test_answers_that_count_no_more_are_neither_stored_nor_carried_over(client):
    make_procedures()
    go(client, answers=ANSWERS | {"children": "yes"})
    client.post(reverse("procedures:question", args=["moving", "household"]), {"answer": "alone"})
    case = begin(client, NOTICE)
    assert case.answers == {
        "moved_on": "2026-11-14",
        "household": "alone",
        "things": [],
        "people": 3,
    }


@pytest.mark.usefixtures("guide")
def test_another_answer_in_the_guide_begins_another_set(client):
    make_procedures()
    go(client)
    first = begin(client, NOTICE)
    assert begin(client, NOTICE) == first
    address = reverse("procedures:question", args=["moving", "moved_on"])
    client.post(address, {"answer": "2026-11-16"})
    second = begin(client, NOTICE)
    assert second != first
    assert second.values == {"move.date": "2026-11-16"}


@pytest.mark.usefixtures("guide")
def test_a_procedure_chosen_by_itself_takes_nothing_over(client):
    make_procedures()
    go(client)
    client.post(reverse("procedures:begin"), {"form": NOTICE, "from": "procedure"})
    assert Case.objects.get().values == {}


def test_what_a_form_refuses_is_not_carried_over_but_asked(guide):
    make_procedures()
    case = begin_case(
        procedures=[NOTICE],
        event="moving",
        guide_number=guide.number,
        answers={"moved_on": "1700-01-01", "nonsense": "x"},
        channel=Case.Channel.HOME,
    ).case
    assert case.values == {}
    assert case.answers == {"moved_on": "1700-01-01"}
    assert "move.date" in {each.key for each in draft_of(case).lacking}


def test_a_clerk_at_the_window_finds_it_filled_in_and_marked(client, guide):
    notice, _benefit = make_procedures()
    sign_in(client, make_user("clerk", CLERK, department=notice.department))
    go(client, answers=ANSWERS | {"children": "yes"})
    client.post(reverse("procedures:question", args=["moving", "household"]), {"answer": "alone"})
    sent = {"checked_by": "number_card", "form": [NOTICE]}
    answer = client.post(reverse("procedures_staff:window"), sent)
    case = Case.objects.get()
    assert "children" not in case.answers
    assert (case.guide_number, case.values) == (guide.number, {"move.date": "2026-11-14"})
    assert "案内で答えた内容です。" in page(client, answer["Location"])
    check = reverse("procedures_staff:window_check", args=[case.number])
    assert "案内での回答から" in page(client, check)


SHIPPED = [
    ("moving_in", "move.date", "moved_on", {"moved_on": "2026-11-14"}),
    ("death", "death.date", "died_on", {"died_on": "2026-11-24", "funeral_on": "2026-11-27"}),
    ("death", "death.funeral_on", "funeral_on", {"died_on": "2026-11-24", "funeral_on": TODAY}),
]
CHOSEN = {
    "moved_from": "japan",
    "dead_insurance": "city",
    "dead_pension": "received",
    "was_head": "no",
    "death_reported": "yes",
}
FORMS = {
    "moving_in": ("moving-in-notice", "nhi-joining", "water-start"),
    "death": ("nhi-leaving", "funeral-benefit"),
}


@pytest.mark.parametrize(("event", "item", "question", "days"), SHIPPED)
def test_of_the_guide_and_the_forms_that_ship_one_asks_for_the_day_once(
    client, event, item, question, days
):
    install_shipped(on=TODAY, by=None)
    yes = dict.fromkeys(("city_insurance", "water_here"), "yes")
    no = dict.fromkeys(("has_card", "nursery", "after_school"), "no")
    asked = go(client, event, yes | no | CHOSEN | days)
    case = begin(client, *FORMS[event])
    in_forms = [name for shown in through(client, case) for name in fields(shown)]
    assert asked.count(question) + in_forms.count(item.replace(".", "__")) == 1
    assert case.values[item] == str(days[question])
    assert TOLD in page(client, at("check", case))
