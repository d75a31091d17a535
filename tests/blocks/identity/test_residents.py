"""Accounts of residents: what they keep, and what they are kept out of."""

import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction
from django.test import RequestFactory

from madoguchi.blocks.identity import operations, queries, service
from madoguchi.blocks.identity.models import ResidentItem, User
from madoguchi.blocks.identity.rules import AUDITOR
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import (
    OwnData,
    RoleDefinition,
    erasure_hooks,
    own_data,
    roles,
)
from tests.factories import make_department, make_resident, make_user

pytestmark = pytest.mark.django_db


def request_of(user):
    request = RequestFactory().get("/")
    request.user = user
    return request


def test_staff_stay_staff_and_a_resident_is_one_for_good():
    assert make_user("ichiro").kind == User.Kind.STAFF
    resident = make_resident("Hanako@Example.org")
    assert (resident.kind, resident.email) == (User.Kind.RESIDENT, "hanako@example.org")
    assert not resident.has_usable_password()
    assert service.resident_of(request_of(resident)) == resident
    assert service.resident_of(request_of(make_user("jiro"))) is None
    assert service.resident_of(request_of(AnonymousUser())) is None


def test_a_mail_address_has_one_account():
    make_resident("hanako@example.org")
    with pytest.raises(operations.MailAddressTaken):
        operations.add_resident(email="HANAKO@example.org")
    make_user("hanako", email="hanako@example.org")
    operations.add_resident()
    operations.add_resident()


def test_a_resident_holds_no_role_and_no_power():
    resident = make_resident()
    with pytest.raises(operations.NotStaff):
        operations.assign_role(person=resident, role=AUDITOR, by=None)
    resident.is_superuser = True
    with pytest.raises(IntegrityError), transaction.atomic():
        resident.save()


def test_own_values_are_kept_as_they_were_written():
    resident = make_resident(name="葛\U000e0101城 花子", postcode="０９０－８５０１")
    assert service.own_values(resident) == {
        "applicant.name": "葛\U000e0101城 花子",
        "applicant.postcode": "090-8501",
    }
    service.keep_own_values(user=resident, values={"applicant.name": " "}, by=resident)
    assert service.own_values(resident) == {"applicant.postcode": "090-8501"}
    assert service.own_values(make_resident()) == {}


def test_the_log_names_the_items_and_not_their_values():
    resident = make_resident(name="佐藤 花子")
    subject = f"identity.user:{resident.pk}"
    entry = AuditEntry.objects.get(action="identity.own_data_changed", subject=subject)
    assert entry.detail == {"fields": ["applicant.name"]}
    assert "佐藤" not in str(queries.audit_rows([entry]))
    assert queries.audit_rows([entry])[0].actor == f"市民（アカウント{resident.pk}）"
    before = AuditEntry.objects.count()
    same = {"applicant.name": "佐藤 花子", "applicant.kana": ""}
    service.keep_own_values(user=resident, values=same, by=resident)
    assert AuditEntry.objects.count() == before


@pytest.mark.parametrize(
    ("values", "error"),
    [
        ({"applicant.phone": "0157231111", "applicant.kana": "佐藤"}, service.Unfit),
        ({"applicant.name": "あ" * 10_000}, service.Unfit),
        ({"child.name": "太郎"}, operations.ItemNotKept),
        ({"applicant.secret": "1"}, operations.ItemNotKept),
    ],
)
def test_what_does_not_fit_keeps_nothing(values, error):
    resident = make_resident()
    with pytest.raises(error):
        service.keep_own_values(user=resident, values=values, by=resident)
    assert not ResidentItem.objects.exists()


def test_staff_accounts_keep_nothing_of_the_kind():
    person = make_user("ichiro")
    with pytest.raises(operations.NotResident):
        service.keep_own_values(user=person, values={"applicant.name": "一郎"}, by=person)


def test_residents_are_in_no_list_of_staff():
    resident = make_resident("hanako@example.org")
    make_user("ichiro")
    assert queries.find_people(is_active=None) == [User.objects.get(username="ichiro").pk]
    assert queries.actor_of(resident.username) == "-"


def test_departments_are_those_of_the_role_that_is_asked_for():
    roles.register(RoleDefinition("test.clerk", "Clerk", "", needs_department=True))
    roles.register(RoleDefinition("test.chief", "Chief", "", needs_department=True))
    try:
        above, below = make_department("市民部"), make_department("市民部", "住民課")
        other = make_department("福祉部")
        person = make_user("ichiro", "test.clerk", department=above)
        operations.assign_role(person=person, role="test.chief", department=other, by=None)
        acting = service.acting_as(person)
        assert acting.departments == {above.pk, below.pk, other.pk}
        assert acting.departments_as("test.clerk") == {above.pk, below.pk}
        assert acting.departments_as("test.chief") == {other.pk}
        assert acting.departments_as("test.clerk", "test.chief") == acting.departments
        assert acting.departments_as("auditor") == frozenset()
    finally:
        roles.unregister("test.clerk")
        roles.unregister("test.chief")


@pytest.fixture
def other_app():
    """An app that holds rows of its own on residents."""
    held = {}
    source = OwnData(
        "test.other",
        "Other",
        export=lambda user: {"rows": held.get(user.pk, 0)},
        erase=lambda user: held.pop(user.pk, 0) if user.email else 0,
    )
    own_data.register(source)
    yield held
    own_data.unregister("test.other")


def test_erasing_takes_the_account_and_what_the_apps_hold(other_app):
    resident = make_resident("hanako@example.org", name="佐藤 花子")
    other_app[resident.pk] = 3
    assert operations.erase_resident(resident=resident, by=resident) == 5
    resident.refresh_from_db()
    assert (resident.email, resident.is_active) == ("", False)
    assert resident.erased_at is not None
    assert resident.username.startswith("erased-")
    assert service.own_values(resident) == {}
    assert other_app == {}
    assert operations.erase_resident(resident=resident, by=None) == 0
    subject = f"identity.user:{resident.pk}"
    actions = AuditEntry.objects.filter(action="identity.resident_erased", subject=subject)
    assert [entry.actor for entry in actions] == [str(resident.pk)]
    with pytest.raises(operations.AccountErased):
        service.keep_own_values(user=resident, values={}, by=resident)
    assert make_resident("hanako@example.org").pk != resident.pk


def test_staff_are_not_erased_as_residents():
    with pytest.raises(operations.NotResident):
        operations.erase_resident(resident=make_user("ichiro"), by=None)


@pytest.mark.parametrize("reference", ["hanako@example.org", " Hanako@EXAMPLE.org", "number"])
def test_the_office_erases_by_mail_address_or_number(reference):
    make_user("hanako", email="hanako@example.org")
    resident = make_resident("hanako@example.org", name="佐藤 花子")
    hook = erasure_hooks["residents"]
    assert hook.erase(str(resident.pk) if reference == "number" else reference) == 2
    assert hook.erase("hanako@example.org") == 0
    assert hook.erase("") == 0
    assert User.objects.get(username="hanako").erased_at is None


def test_an_account_is_exported_in_words():
    resident = make_resident("hanako@example.org", name="佐藤 花子", sex="female")
    exported = own_data["identity"].export(resident)
    assert exported["サインイン用のメールアドレス"] == "hanako@example.org"
    assert exported["登録情報"] == {"氏名": "佐藤 花子", "性別": "女性"}
    assert json.loads(json.dumps(exported)) == exported
