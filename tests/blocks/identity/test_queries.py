"""Who may act as what, and lists under a constant number of queries."""

import pytest
from django.contrib.auth.models import AnonymousUser

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel.registries import RoleDefinition, StaffMenuItem, roles, staff_menu
from tests.factories import FIRST_DAY, make_department, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk_role():
    yield roles.register(RoleDefinition("test.clerk", "Clerk", "", needs_department=True)).code
    roles.unregister("test.clerk")


def test_nobody_acts_as_nothing():
    assert queries.acting_as(AnonymousUser()) == queries.Acting()


def test_a_role_for_a_department_holds_below_it_too(clerk_role):
    top = make_department("総合政策部")
    below = make_department("総合政策部", "政策推進室")
    deep = make_department("総合政策部", "政策推進室", "企画係")
    make_department("教育部")
    acting = queries.acting_as(make_user("saburo", clerk_role, department=top))
    assert acting.departments == {top.pk, below.pk, deep.pk}
    assert acting.holds(clerk_role, AUDITOR)
    assert not acting.holds(AUDITOR)


def test_whoever_runs_the_machine_manages_people_and_nothing_else():
    root = User.objects.create_superuser("root")
    assert queries.acting_as(root).roles == {ADMINISTRATOR}


def test_people_in_a_role_for_a_department(clerk_role):
    policy, school = make_department("総合政策部"), make_department("教育部")
    mine = make_user("saburo", clerk_role, department=policy)
    make_user("shiro", clerk_role, department=school)
    gone = make_user("goro", clerk_role, department=policy)
    operations.deactivate_person(person=gone, by=None)
    assert queries.people_in_role(clerk_role, departments=[policy.pk]) == [mine]
    assert len(queries.people_in_role(clerk_role)) == 2


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("タカハシ", ["b"]),
        ("たかはし", ["b"]),
        ("ﾀｶﾊｼ", ["b"]),
        ("Ａ＠ＥＸＡＭＰＬＥ", ["a"]),
        ("タカハシ b@", ["b"]),
        ("タカハシ a@", []),
        ("", ["a", "b"]),
    ],
)
def test_people_are_found_however_they_are_typed(words, expected):
    make_user("a", name="鈴木")
    make_user("b", name="タカハシ 花子")
    make_user("c", name="消えた人")
    operations.erase_person(person=User.objects.get(username="c"), by=None)
    found = queries.find_people(words=words)
    assert [User.objects.get(pk=pk).username for pk in found] == expected


def test_people_are_found_by_role_and_state():
    kept = make_user("a", AUDITOR)
    gone = make_user("b", AUDITOR)
    make_user("c")
    operations.deactivate_person(person=gone, by=None)
    assert queries.find_people(role=AUDITOR) == [kept.pk]
    assert queries.find_people(role=AUDITOR, is_active=False) == [gone.pk]
    assert queries.find_people(role=AUDITOR, is_active=None) == [kept.pk, gone.pk]


@pytest.mark.parametrize("count", [1, 3])
def test_lists_take_the_same_queries_for_one_and_for_three(
    count, clerk_role, django_assert_num_queries
):
    for number in range(count):
        department = make_department("総合政策部", f"第{number}課")
        make_user(f"person{number}", AUDITOR, clerk_role, department=department)
    ids = queries.find_people()
    with django_assert_num_queries(5):
        rows = queries.people_rows(ids)
    assert [len(row.roles) for row in rows] == [2] * count
    with django_assert_num_queries(3):
        assert len(queries.tree(FIRST_DAY)) == count + 1


def test_a_role_that_is_gone_from_the_registry_is_shown_by_its_code(clerk_role):
    person = make_user("saburo", clerk_role, department=make_department("教育部"))
    roles.unregister(clerk_role)
    (row,) = queries.people_rows([person.pk])
    roles.register(RoleDefinition(clerk_role, "Clerk", "", needs_department=True))
    assert [(role.label, role.department) for role in row.roles] == [(clerk_role, "教育部")]


def test_the_menu_shows_what_a_role_may_open():
    staff_menu.register(
        StaffMenuItem("test.all", "For all", "identity_staff:account", "user", order=1)
    )
    auditor, nobody = make_user("ichiro", AUDITOR), make_user("nanashi")
    shown = {link.code for link in queries.staff_links(auditor)}
    own = {link.code for link in queries.staff_links(nobody)}
    staff_menu.unregister("test.all")
    assert {"test.all", "identity.people", "identity.audit"} <= shown
    assert "identity.people" not in own
    assert "test.all" in own
