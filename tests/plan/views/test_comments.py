"""A resident writes, checks and sends a comment; the office decides on it."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.kernel import clock
from madoguchi.plan.models import Plan, ResidentComment
from madoguchi.plan.operations.comments import decide_comment, send_comment
from tests.factories import make_user, sign_in
from tests.plan.factories import make_initiative, make_plan

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=clock.TOKYO)
FORM = {"name": "太郎", "text": "一行目\n\n二行目 <b>太字</b>", "website": ""}


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()
    with clock.frozen(NOW):
        yield
    cache.clear()


@pytest.fixture
def plan():
    return make_plan()


@pytest.fixture
def sheet(plan):
    return make_initiative(plan)


def words(response):
    return response.content.decode()


def send(client, path="/plan/plan/1-1/comment/"):
    client.post(path, FORM)
    return client.post("/plan/plan/comments/check/")


class TestWriting:
    @pytest.mark.usefixtures("sheet")
    def test_from_the_form_over_the_check_to_the_number(self, client):
        written = client.post("/plan/plan/1-1/comment/", FORM)
        assert written.status_code == 302
        assert written.url == "/plan/plan/comments/check/"
        checked = words(client.get(written.url))
        assert "太郎" in checked
        assert "&lt;b&gt;太字&lt;/b&gt;" in checked
        assert not ResidentComment.objects.exists()
        sent = client.post(written.url)
        comment = ResidentComment.objects.get()
        assert sent.url == f"/plan/comments/{comment.public_id}/"
        assert (comment.status, comment.name, comment.at) == ("waiting", "太郎", NOW)
        assert comment.initiative.number == 1
        last = words(client.get(sent.url))
        assert comment.public_id in last
        assert "太郎" not in last

    @pytest.mark.usefixtures("plan")
    def test_on_the_whole_plan(self, client):
        send(client, "/plan/plan/comments/")
        assert ResidentComment.objects.get().initiative is None

    @pytest.mark.usefixtures("sheet")
    def test_what_was_written_is_there_when_coming_back_to_change_it(self, client):
        client.post("/plan/plan/1-1/comment/", FORM)
        assert "一行目" in words(client.get("/plan/plan/1-1/comment/"))
        assert "一行目" not in words(client.get("/plan/plan/comments/"))

    @pytest.mark.parametrize(
        "change", [{"text": ""}, {"text": "あ" * 1001}, {"name": "名" * 41}, {"website": "x"}]
    )
    @pytest.mark.usefixtures("sheet")
    def test_mistakes_are_said_and_nothing_is_kept(self, client, change):
        for path in ("/plan/plan/1-1/comment/", "/plan/plan/comments/"):
            response = client.post(path, FORM | change)
            assert response.status_code == 422
            assert "m-error-summary" in words(response)
        assert "plan_comment" not in client.session

    @pytest.mark.usefixtures("plan")
    def test_nothing_to_check(self, client):
        assert client.get("/plan/plan/comments/check/").url == "/plan/plan/comments/"
        assert client.post("/plan/plan/comments/check/").url == "/plan/plan/comments/"

    @pytest.mark.usefixtures("sheet")
    def test_the_sixth_in_an_hour_is_kept_but_not_sent(self, client):
        for _ in range(5):
            assert send(client).status_code == 302
        refused = send(client)
        assert refused.status_code == 429
        assert "一行目" in words(refused)
        assert send(Client()).status_code == 429
        assert ResidentComment.objects.count() == 5
        with clock.frozen(NOW.replace(hour=10)):
            assert send(client).status_code == 302

    @pytest.mark.usefixtures("sheet")
    def test_behind_a_front_server_each_visitor_is_counted_alone(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        claimed = "198.51.100.9"  # by the visitor, so not to be believed
        for _ in range(5):
            busy = Client(headers={"X-Forwarded-For": f"{claimed}, 203.0.113.5"})
            assert send(busy).status_code == 302
        same = Client(headers={"X-Forwarded-For": "198.51.100.10, 203.0.113.5"})
        assert send(same).status_code == 429
        other = Client(headers={"X-Forwarded-For": f"{claimed}, 203.0.113.6"})
        assert send(other).status_code == 302

    @pytest.mark.usefixtures("sheet")
    def test_without_a_front_server_nobody_names_an_address(self):
        for number in range(5):
            client = Client(headers={"X-Forwarded-For": f"203.0.113.{number}"})
            assert send(client).status_code == 302
        assert send(Client(headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 429

    @pytest.mark.usefixtures("sheet")
    def test_no_address_is_kept(self, client):
        send(client)
        keys = " ".join(cache._cache)
        assert keys
        assert "127.0.0.1" not in keys

    def test_forgery_is_refused(self, sheet):
        strict = Client(enforce_csrf_checks=True)
        assert strict.post(f"/plan/plan/1-{sheet.number}/comment/", FORM).status_code == 403

    @pytest.mark.parametrize(
        "path",
        [
            "/plan/none/comments/",
            "/plan/none/comments/check/",
            "/plan/plan/1-9/comment/",
            "/plan/comments/none/",
        ],
    )
    @pytest.mark.usefixtures("sheet")
    def test_missing(self, client, path):
        assert client.get(path).status_code == 404

    def test_a_hidden_plan_takes_none(self, client, sheet):
        Plan.objects.update(is_public=False)
        assert client.post(f"/plan/plan/1-{sheet.number}/comment/", FORM).status_code == 404


class TestShowing:
    def test_only_what_was_allowed_is_shown(self, plan, sheet):
        for text, is_shown in (("よい取組", True), ("悪口", False), ("未確認", None)):
            comment = send_comment(plan=plan, initiative=sheet, name="", text=text, by=None)
            if is_shown is not None:
                decide_comment(comment=comment, is_shown=is_shown, reply="回答文", by=None)
        found = words(Client().get("/plan/plan/1-1/"))
        assert "よい取組" in found
        assert "回答文" in found
        assert "悪口" not in found
        assert "未確認" not in found

    def test_words_are_plain_text(self, plan):
        comment = send_comment(
            plan=plan, initiative=None, name="<i>x</i>", text="<script>1</script>", by=None
        )
        decide_comment(comment=comment, is_shown=True, reply="<b>y</b>", by=None)
        found = words(Client().get("/plan/plan/comments/"))
        for evil in ("<i>x", "<script>1", "<b>y"):
            assert evil not in found


@pytest.fixture
def office():
    return sign_in(Client(), make_user("office", "plan_office"))


@pytest.fixture
def comment(plan, sheet):
    return send_comment(plan=plan, initiative=sheet, name="太郎", text="待つ意見", by=None)


class TestDeciding:
    def test_the_oldest_waits_on_top(self, office, plan, comment):
        with clock.frozen(NOW.replace(hour=8)):
            older = send_comment(plan=plan, initiative=None, name="", text="古い意見", by=None)
        found = office.get("/staff/plan/comments/")
        assert [each.pk for each in found.context["waiting"]] == [older.pk, comment.pk]

    def test_show_with_an_answer(self, office, comment):
        path = f"/staff/plan/comments/{comment.public_id}/"
        assert "待つ意見" in words(office.get(path))
        response = office.post(path, {"decision": "shown", "reply": "回答します"})
        assert response.url == "/staff/plan/comments/"
        comment.refresh_from_db()
        assert (comment.status, comment.reply) == ("shown", "回答します")
        assert "待つ意見" in words(office.get("/staff/plan/comments/"))

    @pytest.mark.parametrize(
        "answer", [{}, {"decision": "perhaps"}, {"decision": "refused", "reply": " "}]
    )
    def test_a_decision_needs_its_parts(self, office, comment, answer):
        response = office.post(f"/staff/plan/comments/{comment.public_id}/", answer)
        assert response.status_code == 422
        comment.refresh_from_db()
        assert comment.status == "waiting"

    def test_refuse_for_a_reason(self, office, comment):
        answer = {"decision": "refused", "reply": "個人の名前がある"}
        office.post(f"/staff/plan/comments/{comment.public_id}/", answer)
        comment.refresh_from_db()
        assert comment.status == "refused"

    @pytest.mark.parametrize("role", ["council_member", "auditor"])
    def test_others_read_and_do_not_decide(self, comment, role):
        reader = sign_in(Client(), make_user(role, role))
        assert "待つ意見" in words(reader.get("/staff/plan/comments/"))
        path = f"/staff/plan/comments/{comment.public_id}/"
        assert reader.get(path).status_code == 403
        assert reader.post(path, {"decision": "shown"}).status_code == 403

    def test_visitors_are_sent_to_sign_in(self, comment):
        for path in ("/staff/plan/comments/", f"/staff/plan/comments/{comment.public_id}/"):
            assert Client().get(path).status_code == 302

    def test_missing(self, office):
        assert office.get("/staff/plan/comments/none/").status_code == 404

    @pytest.mark.usefixtures("comment")
    def test_one_query_count_for_one_and_for_three(self, office, plan, sheet):
        def count():
            with CaptureQueriesContext(connection) as captured:
                assert office.get("/staff/plan/comments/").status_code == 200
            return len(captured)

        def decided():
            done = send_comment(plan=plan, initiative=sheet, name="", text="済み", by=None)
            decide_comment(comment=done, is_shown=True, reply="", by=make_user(done.public_id))

        decided()
        office.get("/staff/plan/comments/")
        one = count()
        for _ in range(2):
            send_comment(plan=plan, initiative=sheet, name="", text="次", by=None)
            decided()
        assert count() == one
