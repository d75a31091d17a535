"""The tree of departments: names with dates, places, endings."""

from datetime import date

import pytest

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import Department, DepartmentName
from madoguchi.kernel.audit import queries as audit
from tests.factories import FIRST_DAY, make_department

pytestmark = pytest.mark.django_db

RENAMED = date(2018, 4, 1)


def names(on):
    return [row.full_name for row in queries.tree(on)]


def actions():
    return [entry.action for entry in audit.entries()]


def test_a_department_exists_from_its_first_day():
    top = operations.add_department(name=" 総合政策部 ", from_on=FIRST_DAY, by=None)
    operations.add_department(name="政策推進室", parent=top, from_on=RENAMED, by=None)
    assert names(date(2015, 3, 31)) == []
    assert names(FIRST_DAY) == ["総合政策部"]
    assert names(RENAMED) == ["総合政策部", "総合政策部政策推進室"]
    assert actions() == ["identity.department_added"] * 2


def test_a_name_is_needed_and_stands_once_among_siblings():
    top = make_department("総合政策部")
    make_department("教育部", "総務課")
    with pytest.raises(operations.NameBlank):
        operations.add_department(name="　", from_on=FIRST_DAY, by=None)
    with pytest.raises(operations.NameTaken):
        operations.add_department(name="総合政策部", from_on=FIRST_DAY, by=None)
    with pytest.raises(operations.NameTaken):
        operations.add_department(name="総合政策部", from_on=date(2010, 4, 1), by=None)
    operations.add_department(name="総務課", parent=top, from_on=FIRST_DAY, by=None)


def test_a_name_is_free_again_once_its_bearer_is_closed():
    old = make_department("企画課")
    operations.close_department(department=old, on=RENAMED, by=None)
    new = operations.add_department(name="企画課", from_on=RENAMED, by=None)
    assert new.pk != old.pk
    with pytest.raises(operations.NameTaken):
        operations.reopen_department(department=old, by=None)


def test_nothing_is_added_below_a_closed_department():
    old = make_department("企画課")
    operations.close_department(department=old, on=RENAMED, by=None)
    with pytest.raises(operations.DepartmentClosed):
        operations.add_department(name="係", parent=old, from_on=RENAMED, by=None)


def test_a_rename_changes_days_from_then_on_and_none_before():
    found = make_department("総合政策部", "政策推進室")
    operations.rename_department(department=found, name="未来創造室", from_on=RENAMED, by=None)
    assert queries.name_on(found, date(2018, 3, 31)) == "総合政策部政策推進室"
    assert queries.name_on(found, RENAMED) == "総合政策部未来創造室"
    assert queries.name_on(found, date(2010, 1, 1)) == "総合政策部政策推進室"
    assert [(p.name, p.from_on, p.until) for p in queries.history(found)] == [
        ("未来創造室", RENAMED, None),
        ("政策推進室", FIRST_DAY, date(2018, 3, 31)),
    ]


def test_renames_that_are_refused():
    found = make_department("総合政策部", "政策推進室")
    make_department("総合政策部", "秘書課")

    def rename(name, on):
        operations.rename_department(department=found, name=name, from_on=on, by=None)

    with pytest.raises(operations.NameBlank):
        rename(" ", RENAMED)
    with pytest.raises(operations.NameUnchanged):
        rename("政策推進室", RENAMED)
    with pytest.raises(operations.NameTaken):
        rename("秘書課", RENAMED)
    rename("未来創造室", RENAMED)
    with pytest.raises(operations.NameAlreadyBegins):
        rename("別の室", RENAMED)
    operations.close_department(department=found, on=date(2020, 4, 1), by=None)
    with pytest.raises(operations.DepartmentClosed):
        rename("遅い室", date(2020, 4, 1))
    assert found.names.count() == 2


def test_a_mistaken_name_is_removed_but_never_the_only_one():
    found = make_department("企画課")
    mistake = operations.rename_department(
        department=found, name="企画果", from_on=RENAMED, by=None
    )
    again = DepartmentName.objects.get(pk=mistake.pk)
    operations.remove_department_name(name=mistake, by=None)
    assert queries.name_on(found, RENAMED) == "企画課"
    with pytest.raises(operations.OnlyName):
        operations.remove_department_name(name=found.names.get(), by=None)
    operations.rename_department(department=found, name="計画課", from_on=RENAMED, by=None)
    operations.remove_department_name(name=again, by=None)  # gone already: nothing more to do
    assert actions().count("identity.department_name_removed") == 1


def test_a_department_moves_for_every_day():
    found = make_department("総合政策部", "市民課")
    other = make_department("市民生活部")
    operations.move_department(department=found, parent=other, by=None)
    assert queries.name_on(found, FIRST_DAY) == "市民生活部市民課"
    operations.move_department(department=found, parent=None, by=None)
    assert queries.name_on(found, FIRST_DAY) == "市民課"
    before = len(actions())
    found.refresh_from_db()
    operations.move_department(department=found, parent=None, by=None)
    assert len(actions()) == before


def test_moves_that_are_refused():
    top = make_department("総合政策部")
    below = make_department("総合政策部", "政策推進室")
    deep = make_department("総合政策部", "政策推進室", "企画係")
    with pytest.raises(operations.MoveBelowItself):
        operations.move_department(department=top, parent=deep, by=None)
    with pytest.raises(operations.MoveBelowItself):
        operations.move_department(department=top, parent=top, by=None)
    make_department("政策推進室")
    with pytest.raises(operations.NameTaken):
        operations.move_department(department=below, parent=None, by=None)
    closed = make_department("旧部")
    operations.close_department(department=closed, on=RENAMED, by=None)
    with pytest.raises(operations.DepartmentClosed):
        operations.move_department(department=below, parent=closed, by=None)


def test_closing_and_taking_it_back():
    top = make_department("総合政策部")
    below = make_department("総合政策部", "政策推進室")
    with pytest.raises(operations.HasOpenDepartments):
        operations.close_department(department=top, on=RENAMED, by=None)
    with pytest.raises(operations.ClosedTooEarly):
        operations.close_department(department=below, on=FIRST_DAY, by=None)
    operations.close_department(department=below, on=RENAMED, by=None)
    operations.close_department(department=below, on=RENAMED, by=None)
    operations.close_department(department=top, on=RENAMED, by=None)
    assert names(date(2018, 3, 31)) == ["総合政策部", "総合政策部政策推進室"]
    assert names(RENAMED) == []
    below.refresh_from_db()
    assert queries.history(below)[0].until == date(2018, 3, 31)
    with pytest.raises(operations.DepartmentClosed):
        operations.reopen_department(department=below, by=None)
    operations.reopen_department(department=top, by=None)
    operations.reopen_department(department=below, by=None)
    operations.reopen_department(department=below, by=None)
    assert names(RENAMED) == ["総合政策部", "総合政策部政策推進室"]
    assert actions().count("identity.department_closed") == 2
    assert actions().count("identity.department_reopened") == 2


def test_reordering_takes_all_siblings_and_no_others():
    first, second, third = (make_department(name) for name in ("一部", "二部", "三部"))
    operations.reorder_departments(parent=None, order=[third, first, second], by=None)
    assert names(FIRST_DAY) == ["三部", "一部", "二部"]
    with pytest.raises(operations.NotSiblings):
        operations.reorder_departments(parent=None, order=[first, second], by=None)
    with pytest.raises(operations.NotSiblings):
        operations.reorder_departments(parent=None, order=[first, first, third], by=None)


def test_a_step_up_or_down_passes_over_those_that_are_closed():
    first, closed, third = (make_department(name) for name in ("一部", "廃止部", "三部"))
    operations.close_department(department=closed, on=RENAMED, by=None)
    on = date(2020, 4, 1)
    order = queries.shifted(third, up=True, on=on)
    assert [d.pk for d in order] == [third.pk, closed.pk, first.pk]
    assert [d.pk for d in queries.shifted(first, up=True, on=on)] == [first.pk, closed.pk, third.pk]
    assert [d.pk for d in queries.shifted(closed, up=True, on=on)] == [
        first.pk,
        closed.pk,
        third.pk,
    ]


def test_a_path_finds_or_makes_each_department():
    found = operations.department_for(path=("総合政策部", "政策推進室"), on=FIRST_DAY, by=None)
    again = operations.department_for(path=("総合政策部", "政策推進室"), on=RENAMED, by=None)
    assert found == again
    assert Department.objects.count() == 2
    with pytest.raises(ValueError, match="at least one name"):
        operations.department_for(path=(), on=FIRST_DAY, by=None)


def test_a_path_with_the_old_or_the_new_name_means_the_same_department():
    found = make_department("総合政策部", "政策推進室")
    operations.rename_department(department=found, name="未来創造室", from_on=RENAMED, by=None)
    for name in ("政策推進室", "未来創造室"):
        for on in (FIRST_DAY, RENAMED):
            path = ("総合政策部", name)
            assert operations.department_for(path=path, on=on, by=None) == found


def test_of_two_that_bore_a_name_the_one_of_the_day_is_meant():
    old = make_department("企画課")
    operations.rename_department(department=old, name="政策課", from_on=RENAMED, by=None)
    new = operations.add_department(name="別課", from_on=FIRST_DAY, by=None)
    operations.rename_department(department=new, name="企画課", from_on=RENAMED, by=None)
    assert operations.department_for(path=("企画課",), on=FIRST_DAY, by=None) == old
    assert operations.department_for(path=("企画課",), on=RENAMED, by=None) == new
