"""The pages about people: works, bad input, not allowed, missing."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import RoleAssignment, User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.audit import queries as audit
from madoguchi.kernel.registries import RoleDefinition, roles
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client):
    person = make_user("admin", ADMINISTRATOR, name="管理 花子")
    sign_in(client, person)
    return person


@pytest.fixture
def clerk_role():
    yield roles.register(RoleDefinition("test.clerk", "窓口担当", "", needs_department=True)).code
    roles.unregister("test.clerk")


def url(name, *args):
    return reverse(f"identity_staff:{name}", args=args)


@pytest.mark.usefixtures("admin")
def test_the_list_is_narrowed_by_words_role_and_state(client):
    make_user("ichiro", AUDITOR, name="監査 一郎")
    gone = make_user("gone", name="去った人")
    operations.deactivate_person(person=gone, by=None)
    assert [p.username for p in client.get(url("people")).context["people"]] == ["admin", "ichiro"]
    for query, expected in (
        ({"words": "一郎"}, ["ichiro"]),
        ({"role": AUDITOR}, ["ichiro"]),
        ({"state": "inactive"}, ["gone"]),
        ({"state": "all"}, ["admin", "gone", "ichiro"]),
        ({"words": "だれもいない"}, []),
        ({"state": "nonsense"}, ["admin", "ichiro"]),
    ):
        response = client.get(url("people"), query)
        assert [p.username for p in response.context["people"]] == expected


@pytest.mark.usefixtures("admin")
def test_a_long_list_comes_in_pages(client):
    for number in range(51):
        make_user(f"person{number:02}")
    first, second = (client.get(url("people"), {"page": n}) for n in (1, 2))
    assert (len(first.context["people"]), len(second.context["people"])) == (50, 2)


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("admin")
def test_the_list_takes_a_constant_number_of_queries(client, count, django_assert_num_queries):
    for number in range(count):
        make_user(f"person{number}", AUDITOR)
    client.get(url("people"))
    with django_assert_num_queries(15):
        client.get(url("people"))


def test_a_person_is_added(client, admin):
    response = client.post(url("add_person"), {"username": "Taro", "name": "山田 太郎"})
    person = User.objects.get(username="taro")
    assert response.status_code == 302
    assert response.url == url("person", person.pk)
    assert audit.entries(limit=1)[0].actor == str(admin.pk)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"username": "admin", "name": "x"}, "username"),
        ({"username": "with blank", "name": "x"}, "username"),
        ({"username": "taro"}, "name"),
        ({"username": "taro", "name": "x", "email": "no mail"}, "email"),
    ],
)
@pytest.mark.usefixtures("admin")
def test_a_person_is_not_added_with_wrong_input(client, data, field):
    response = client.post(url("add_person"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert User.objects.count() == 1


@pytest.mark.usefixtures("admin")
def test_a_person_is_corrected(client):
    person = make_user("taro")
    page = url("change_person", person.pk)
    assert client.post(page, {"name": ""}).status_code == 422
    assert client.post(page, {"name": "山田 太郎", "email": ""}).url == url("person", person.pk)
    assert queries.people_rows([person.pk])[0].name == "山田 太郎"


@pytest.mark.usefixtures("admin")
def test_a_role_is_given_and_withdrawn(client, clerk_role):
    person, department = make_user("taro"), make_department("市民生活部", "市民課")
    page = url("assign_role", person.pk)
    assert client.post(page, {"role": clerk_role}).status_code == 422
    assert client.post(page, {"role": "no.such"}).status_code == 422
    data = {"role": clerk_role, "department": department.public_id}
    assert client.post(page, data).status_code == 302
    assert client.post(page, data).status_code == 422
    shown = client.get(url("person", person.pk)).content.decode()
    assert "市民生活部市民課" in shown
    assignment = RoleAssignment.objects.get(user=person)
    withdraw = url("withdraw_role", person.pk, assignment.pk)
    assert "市民生活部市民課" in client.get(withdraw).content.decode()
    assert client.post(withdraw).status_code == 302
    assert not RoleAssignment.objects.filter(user=person).exists()
    assert client.post(withdraw).status_code == 404


def test_a_refused_withdrawal_is_said_on_the_same_page(client, admin):
    assignment = RoleAssignment.objects.get(user=admin)
    response = client.post(url("withdraw_role", admin.pk, assignment.pk))
    assert response.status_code == 422
    assert str(operations.OwnAccount.message) in response.content.decode()


@pytest.mark.parametrize("name", ["deactivate_person", "reset_second_factor", "erase_person"])
@pytest.mark.usefixtures("admin")
def test_nothing_happens_before_the_question_was_answered(client, name):
    person = make_user("taro", AUDITOR)
    before = audit.entries(limit=1)[0].sequence
    assert client.get(url(name, person.pk)).status_code == 200
    assert audit.entries(limit=1)[0].sequence == before


def test_an_account_is_deactivated_and_used_again(client, admin):
    person = make_user("taro", AUDITOR)
    client.post(url("deactivate_person", person.pk))
    assert not User.objects.get(pk=person.pk).is_active
    assert client.get(url("person", person.pk)).status_code == 200
    client.post(url("reactivate_person", person.pk))
    assert User.objects.get(pk=person.pk).is_active
    assert client.post(url("deactivate_person", admin.pk)).status_code == 422


@pytest.mark.usefixtures("admin")
def test_a_second_factor_is_removed(client):
    person = make_user("taro", AUDITOR)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    client.post(url("reset_second_factor", person.pk))
    assert not Authenticator.objects.exists()


def test_personal_data_are_erased_once_the_user_name_was_typed(client, admin):
    person = make_user("taro", AUDITOR)
    page = url("erase_person", person.pk)
    assert client.post(page, {"username": "jiro"}).status_code == 422
    assert client.post(page, {"username": "taro"}).url == url("people")
    assert User.objects.get(pk=person.pk).erased_at is not None
    assert client.get(url("person", person.pk)).status_code == 404
    assert client.post(url("erase_person", admin.pk), {"username": "admin"}).status_code == 422


@pytest.mark.usefixtures("admin")
def test_a_sign_in_link_is_shown_once_and_lets_the_person_choose_a_password(client):
    person = make_user("taro", AUDITOR)
    assert client.get(url("issue_link", person.pk)).status_code == 200
    shown = client.post(url("issue_link", person.pk), follow=True)
    link = re.search(
        r"http://testserver(/accounts/password/reset/key/[^\s<]+)", shown.content.decode()
    )
    assert link is not None
    assert shown["Cache-Control"] == "no-store"
    assert "/reset/key/" not in client.get(url("issued_link", person.pk)).content.decode()

    client.logout()
    form = client.get(link[1], follow=True)
    chosen = {"password1": "four words of mine", "password2": "four words of mine"}
    done = client.post(form.redirect_chain[-1][0], chosen)
    assert done.url == reverse("account_reset_password_from_key_done")
    assert User.objects.get(pk=person.pk).check_password("four words of mine")
    client.logout()
    assert client.get(link[1], follow=True).context["token_fail"]


@pytest.mark.usefixtures("admin")
def test_a_link_of_one_person_is_not_shown_with_another(client):
    person, other = make_user("taro"), make_user("jiro")
    client.post(url("issue_link", person.pk))
    assert client.get(url("issued_link", other.pk)).context["link"] == ""


CHANGES = [
    "change_person",
    "deactivate_person",
    "reactivate_person",
    "reset_second_factor",
    "issue_link",
    "issued_link",
    "erase_person",
]


def test_an_auditor_reads_and_changes_nothing(client):
    auditor, person = make_user("ichiro", AUDITOR), make_user("taro")
    sign_in(client, auditor)
    for page in (url("people"), url("person", person.pk)):
        shown = client.get(page)
        assert shown.status_code == 200
        assert 'method="post"' not in shown.content.decode().split("<main", 1)[1]
    before = audit.entries(limit=1)[0].sequence
    for page in (url("add_person"), *(url(name, person.pk) for name in CHANGES)):
        assert client.get(page).status_code == 403
    for name in CHANGES[:-2]:
        assert client.post(url(name, person.pk), {"username": "taro"}).status_code == 403
    assert client.post(url("assign_role", person.pk), {"role": AUDITOR}).status_code == 403
    held = RoleAssignment.objects.get(user=auditor)
    assert client.post(url("withdraw_role", auditor.pk, held.pk)).status_code == 403
    assert audit.entries(limit=1)[0].sequence == before


def test_other_staff_learn_which_role_they_would_need(client, clerk_role):
    department = make_department("市民課")
    sign_in(client, make_user("saburo", clerk_role, department=department))
    response = client.get(url("people"))
    assert response.status_code == 403
    assert str(roles[ADMINISTRATOR].label) in response.content.decode()


@pytest.mark.parametrize("name", ["person", *CHANGES])
@pytest.mark.usefixtures("admin")
def test_who_does_not_exist_is_not_found(client, name):
    assert client.get(url(name, 10_000)).status_code == 404


def test_a_person_sees_the_own_account(client):
    sign_in(client, make_user("ichiro", AUDITOR, name="監査 一郎"))
    shown = client.get(url("account")).content.decode()
    assert "監査 一郎" in shown
    assert str(roles[AUDITOR].label) in shown
