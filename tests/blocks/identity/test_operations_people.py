"""Accounts and roles: what is done, what is refused, what is recorded."""

from datetime import date

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import RoleAssignment, User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.audit import queries as audit
from madoguchi.kernel.registries import RoleDefinition, erasure_hooks, roles
from tests.factories import make_department, make_user

pytestmark = pytest.mark.django_db

ENTER = "wagtailadmin.access_admin"


@pytest.fixture
def clerk_role():
    """A role that is held for a department."""
    yield roles.register(RoleDefinition("test.clerk", "Clerk", "", needs_department=True)).code
    roles.unregister("test.clerk")


def last_entry():
    entry = audit.entries(limit=1)[0]
    return entry.action, entry.subject, entry.detail


def test_a_person_is_added_without_a_password_and_without_access():
    admin = make_user("admin", ADMINISTRATOR)
    person = operations.add_person(
        username=" Hanako ", name="髙橋 花子", email="h@example.org", by=admin
    )
    assert (person.username, person.name, person.email) == ("hanako", "髙橋 花子", "h@example.org")
    assert not person.has_usable_password()
    assert not person.has_perm(ENTER)
    assert last_entry() == ("identity.person_added", f"identity.user:{person.pk}", {})
    assert audit.entries(limit=1)[0].actor_roles == [ADMINISTRATOR]


def test_names_are_kept_exactly():
    decomposed = "か\u3099く 太郎"
    person = operations.add_person(username="gaku", name=decomposed, by=None)
    assert User.objects.get(pk=person.pk).name == decomposed


@pytest.mark.parametrize("username", ["hanako", "Hanako", " HANAKO"])
def test_a_user_name_is_given_once_whatever_its_case(username):
    make_user("hanako")
    with pytest.raises(operations.UsernameTaken):
        operations.add_person(username=username, name="", by=None)


def test_a_user_name_that_the_machine_s_owner_took_is_taken_too():
    User.objects.create_superuser("Root")
    with pytest.raises(operations.UsernameTaken):
        operations.add_person(username="root", name="", by=None)


def test_a_change_records_which_fields_and_not_what_they_hold():
    person = make_user("hanako", name="前 花子")
    operations.change_person(person=person, name="後 花子", email=person.email, by=None)
    assert User.objects.get(pk=person.pk).name == "後 花子"
    assert last_entry()[0::2] == ("identity.person_changed", {"fields": ["name"]})


def test_a_change_of_nothing_records_nothing():
    person = make_user("hanako")
    before = audit.entries(limit=1)[0].sequence
    operations.change_person(person=person, name=person.name, email=person.email, by=None)
    assert audit.entries(limit=1)[0].sequence == before


def test_a_role_opens_the_staff_side_and_the_last_one_withdrawn_closes_it():
    person = make_user("ichiro", AUDITOR, ADMINISTRATOR)
    make_user("second", ADMINISTRATOR)
    assert person.has_perm(ENTER)
    for assignment in RoleAssignment.objects.filter(user=person):
        operations.withdraw_role(assignment=assignment, by=None)
        left = RoleAssignment.objects.filter(user=person).count()
        assert User.objects.get(pk=person.pk).has_perm(ENTER) is (left > 0)


def test_a_role_for_a_department(clerk_role):
    department = make_department("総合政策部", "政策推進室")
    person = make_user("saburo", clerk_role, department=department)
    assert last_entry() == (
        "identity.role_assigned",
        f"identity.user:{person.pk}",
        {"role": clerk_role, "department": department.public_id},
    )
    assert queries.acting_as(person).departments == {department.pk}


def test_roles_that_cannot_be_given(clerk_role):
    person = make_user("saburo", AUDITOR)
    department = make_department("教育部")
    with pytest.raises(operations.RoleUnknown):
        operations.assign_role(person=person, role="no.such", by=None)
    with pytest.raises(operations.DepartmentNeeded):
        operations.assign_role(person=person, role=clerk_role, by=None)
    with pytest.raises(operations.DepartmentNotUsed):
        operations.assign_role(person=person, role=AUDITOR, department=department, by=None)
    with pytest.raises(operations.RoleAlreadyHeld):
        operations.assign_role(person=person, role=AUDITOR, by=None)
    operations.close_department(department=department, on=date(2020, 4, 1), by=None)
    department.refresh_from_db()
    with pytest.raises(operations.DepartmentClosed):
        operations.assign_role(person=person, role=clerk_role, department=department, by=None)
    assert [held.role for held in RoleAssignment.objects.all()] == [AUDITOR]


def test_a_role_is_withdrawn_once():
    person = make_user("ichiro", AUDITOR)
    assignment = RoleAssignment.objects.get(user=person)
    operations.withdraw_role(assignment=RoleAssignment.objects.get(user=person), by=None)
    assert last_entry()[0] == "identity.role_withdrawn"
    with pytest.raises(operations.RoleNotHeld):
        operations.withdraw_role(assignment=assignment, by=None)


def test_nobody_takes_the_administration_from_themselves():
    admin = make_user("admin", ADMINISTRATOR)
    make_user("second", ADMINISTRATOR)
    with pytest.raises(operations.OwnAccount):
        operations.deactivate_person(person=admin, by=admin)
    with pytest.raises(operations.OwnAccount):
        operations.erase_person(person=admin, by=admin)
    with pytest.raises(operations.OwnAccount):
        operations.withdraw_role(assignment=RoleAssignment.objects.get(user=admin), by=admin)


def test_the_last_administrator_stays():
    admin = make_user("admin", ADMINISTRATOR)
    other = make_user("other", AUDITOR)
    for refused in (
        lambda: operations.deactivate_person(person=admin, by=other),
        lambda: operations.erase_person(person=admin, by=other),
        lambda: operations.withdraw_role(
            assignment=RoleAssignment.objects.get(user=admin), by=other
        ),
    ):
        with pytest.raises(operations.LastAdministrator):
            refused()
    User.objects.create_superuser("root")
    operations.deactivate_person(person=admin, by=other)
    assert not User.objects.get(pk=admin.pk).is_active


def test_a_deactivated_person_keeps_roles_and_comes_back():
    person = make_user("ichiro", AUDITOR)
    operations.deactivate_person(person=person, by=None)
    operations.deactivate_person(person=person, by=None)
    gone = User.objects.get(pk=person.pk)
    assert queries.acting_as(gone).roles == frozenset()
    operations.reactivate_person(person=person, by=None)
    operations.reactivate_person(person=person, by=None)
    assert queries.acting_as(User.objects.get(pk=person.pk)).roles == {AUDITOR}
    actions = [entry.action for entry in audit.entries(subject=f"identity.user:{person.pk}")]
    assert actions == [
        "identity.person_reactivated",
        "identity.person_deactivated",
        "identity.role_assigned",
        "identity.person_added",
    ]


def test_a_second_factor_is_reset_once_and_recorded():
    person = make_user("ichiro", AUDITOR)
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    operations.reset_second_factor(person=person, by=None)
    assert not Authenticator.objects.filter(user=person).exists()
    assert last_entry()[0] == "identity.second_factor_reset"
    before = audit.entries(limit=1)[0].sequence
    operations.reset_second_factor(person=person, by=None)
    assert audit.entries(limit=1)[0].sequence == before


def test_erasing_leaves_nothing_personal_and_the_chain_whole():
    person = make_user("hanako", AUDITOR, name="消える 花子", password="four words of mine")
    Authenticator.objects.create(user=person, type="totp", data={"secret": "x"})
    EmailAddress.objects.create(user=person, email=person.email)
    operations.erase_person(person=person, by=None)
    erased = User.objects.get(pk=person.pk)
    assert (erased.name, erased.email, erased.last_login) == ("", "", None)
    assert erased.username.startswith("erased-")
    assert not erased.is_active
    assert not erased.has_usable_password()
    assert not EmailAddress.objects.filter(user=erased).exists()
    assert not Authenticator.objects.filter(user=erased).exists()
    assert not RoleAssignment.objects.filter(user=erased).exists()
    assert not Group.objects.filter(user=erased).exists()
    assert str(erased) in ("Former member of staff", "元職員")
    assert audit.verify().is_sound
    shown = repr([vars(entry) for entry in audit.entries()])
    assert "hanako" not in shown
    assert "花子" not in shown


def test_an_erased_account_is_out_of_use_for_good():
    person = make_user("hanako")
    operations.erase_person(person=person, by=None)
    operations.erase_person(person=person, by=None)
    person = User.objects.get(pk=person.pk)
    for refused in (
        lambda: operations.change_person(person=person, name="x", email="", by=None),
        lambda: operations.reactivate_person(person=person, by=None),
        lambda: operations.assign_role(person=person, role=AUDITOR, by=None),
        lambda: operations.issue_password_link(person=person, by=None),
    ):
        with pytest.raises(operations.AccountErased):
            refused()


def test_the_erasure_hook_finds_an_account_by_its_user_name():
    make_user("hanako")
    erase = erasure_hooks["identity"].erase
    assert erase("HANAKO") == 1
    assert erase("hanako") == 0
