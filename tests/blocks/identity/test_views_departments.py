"""The pages about departments: works, bad input, not allowed, missing."""

from datetime import date

import pytest
from django.urls import reverse

from madoguchi.blocks.identity import operations, queries
from madoguchi.blocks.identity.models import Department
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel import clock
from madoguchi.kernel.audit import queries as audit
from tests.factories import FIRST_DAY, make_department, make_user, sign_in

pytestmark = pytest.mark.django_db

RENAMED = date(2018, 4, 1)


@pytest.fixture
def admin(client):
    person = make_user("admin", ADMINISTRATOR)
    sign_in(client, person)
    return person


@pytest.fixture
def found():
    return make_department("総合政策部", "政策推進室")


def url(name, *args):
    return reverse(f"identity_staff:{name}", args=args)


def page(name, department, *more):
    return url(name, department.public_id, *more)


@pytest.mark.usefixtures("admin")
def test_the_tree_is_shown_as_of_a_day(client, found):
    operations.rename_department(department=found, name="未来創造室", from_on=RENAMED, by=None)
    for on, names in (
        ("", ["総合政策部", "未来創造室"]),
        ("2018-03-31", ["総合政策部", "政策推進室"]),
        ("2015-03-31", []),
        ("nonsense", ["総合政策部", "未来創造室"]),
    ):
        rows = client.get(url("departments"), {"on": on}).context["rows"]
        assert [row.name for row in rows] == names
    assert client.get(url("departments")).context["is_today"]


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.usefixtures("admin")
def test_the_tree_takes_a_constant_number_of_queries(client, count, django_assert_num_queries):
    for number in range(count):
        make_department("総合政策部", f"第{number}課")
    client.get(url("departments"))
    with django_assert_num_queries(12):
        client.get(url("departments"))


@pytest.mark.usefixtures("admin")
def test_a_department_is_added_below_another(client, found):
    form = client.get(url("add_department"), {"below": found.public_id})
    assert f'value="{found.public_id}" selected' in form.content.decode()
    data = {"name": "企画係", "parent": found.public_id, "from_on": "2020-04-01"}
    response = client.post(url("add_department"), data)
    added = Department.objects.get(parent=found)
    assert response.url == page("department", added)
    assert queries.name_on(added, clock.today()) == "総合政策部政策推進室企画係"


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"name": "", "from_on": "2020-04-01"}, "name"),
        ({"name": "総合政策部", "from_on": "2020-04-01"}, "name"),
        ({"name": "新部", "from_on": "4月1日"}, "from_on"),
        ({"name": "新部", "from_on": "2020-04-01", "parent": "none"}, "parent"),
    ],
)
@pytest.mark.usefixtures("admin", "found")
def test_a_department_is_not_added_with_wrong_input(client, data, field):
    response = client.post(url("add_department"), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert Department.objects.count() == 2


@pytest.mark.usefixtures("admin")
def test_a_parent_that_closes_before_the_day_is_refused_at_its_field(client, found):
    tomorrow = date(2999, 1, 1)
    operations.close_department(department=found, on=tomorrow, by=None)
    data = {"name": "係", "parent": found.public_id, "from_on": tomorrow.isoformat()}
    response = client.post(url("add_department"), data)
    assert list(response.context["form"].errors) == ["parent"]


@pytest.mark.usefixtures("admin")
def test_a_rename_is_shown_before_it_is_done(client, found):
    data = {"name": "未来創造室", "from_on": "2018-04-01"}
    check = client.post(page("rename_department", found), data)
    assert check.status_code == 200
    assert check.context["checked"]
    assert "政策推進室" in check.content.decode()
    assert found.names.count() == 1
    done = client.post(page("rename_department", found), {**data, "checked": "1"})
    assert done.url == page("department", found)
    shown = client.get(done.url).content.decode()
    assert "2018年3月31日" in shown
    assert [given.name for given in found.names.all()] == ["政策推進室", "未来創造室"]


@pytest.mark.parametrize(
    ("name", "on", "field"),
    [
        ("", "2018-04-01", "name"),
        ("政策推進室", "2018-04-01", "name"),
        ("秘書課", "2018-04-01", "name"),
        ("未来創造室", "", "from_on"),
        ("未来創造室", "2015-04-01", "from_on"),
        ("未来創造室", "2999-01-01", "from_on"),
    ],
)
@pytest.mark.usefixtures("admin")
def test_renames_with_wrong_input(client, found, name, on, field):
    make_department("総合政策部", "秘書課")
    operations.close_department(department=found, on=date(2999, 1, 1), by=None)
    data = {"name": name, "from_on": on, "checked": "1"}
    response = client.post(page("rename_department", found), data)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert found.names.count() == 1


@pytest.mark.usefixtures("admin")
def test_a_mistaken_name_is_removed(client, found):
    mistake = operations.rename_department(
        department=found, name="政策推進質", from_on=RENAMED, by=None
    )
    remove = page("remove_name", found, mistake.pk)
    assert "政策推進質" in client.get(remove).content.decode()
    assert client.post(remove).status_code == 302
    assert client.post(remove).status_code == 404
    only = page("remove_name", found, found.names.get().pk)
    assert client.post(only).status_code == 422


@pytest.mark.usefixtures("admin")
def test_a_department_is_moved_but_not_below_itself(client, found):
    other = make_department("市民生活部")
    response = client.post(page("move_department", found), {"parent": other.public_id})
    assert response.url == page("department", found)
    found.refresh_from_db()
    assert found.parent == other
    response = client.post(page("move_department", other), {"parent": found.public_id})
    assert response.status_code == 422
    make_department("政策推進室")
    assert client.post(page("move_department", found), {"parent": ""}).status_code == 422


@pytest.mark.usefixtures("admin")
def test_a_department_is_closed_after_a_look_and_opened_again(client, found):
    data = {"on": "2020-04-01"}
    assert client.post(page("close_department", found), {"on": "2015-04-01"}).status_code == 422
    assert client.post(page("close_department", found), data).context["checked"]
    found.refresh_from_db()
    assert found.closed_on is None
    client.post(page("close_department", found), {**data, "checked": "1"})
    found.refresh_from_db()
    assert found.closed_on == date(2020, 4, 1)
    assert client.get(page("department", found)).status_code == 200
    client.post(page("reopen_department", found))
    found.refresh_from_db()
    assert found.closed_on is None


@pytest.mark.usefixtures("admin")
def test_why_a_closing_cannot_be_taken_back_is_said(client, found):
    for department in (found, found.parent):
        operations.close_department(department=department, on=date(2020, 4, 1), by=None)
    response = client.post(page("reopen_department", found), follow=True)
    assert str(operations.DepartmentClosed.message) in response.content.decode()


@pytest.mark.usefixtures("admin")
def test_departments_change_places(client):
    first, second = make_department("一部"), make_department("二部")
    client.post(page("shift_department", second, "up"))
    assert [row.id for row in queries.tree(FIRST_DAY)] == [second.pk, first.pk]
    client.post(page("shift_department", second, "down"))
    assert [row.id for row in queries.tree(FIRST_DAY)] == [first.pk, second.pk]


FORMS = ["rename_department", "move_department", "close_department"]
POSTS = ["reopen_department"]


def test_an_auditor_reads_and_changes_nothing(client, found):
    sign_in(client, make_user("ichiro", AUDITOR))
    for address in (url("departments"), page("department", found)):
        shown = client.get(address)
        assert shown.status_code == 200
        assert 'method="post"' not in shown.content.decode().split("<main", 1)[1]
    before = audit.entries(limit=1)[0].sequence
    assert client.get(url("add_department")).status_code == 403
    for name in FORMS:
        assert client.get(page(name, found)).status_code == 403
    for name in FORMS + POSTS:
        assert client.post(page(name, found), {"on": "2020-04-01"}).status_code == 403
    assert client.post(page("shift_department", found, "up")).status_code == 403
    name = found.names.get()
    assert client.post(page("remove_name", found, name.pk)).status_code == 403
    assert audit.entries(limit=1)[0].sequence == before


@pytest.mark.parametrize("name", ["department", *FORMS])
@pytest.mark.usefixtures("admin")
def test_what_does_not_exist_is_not_found(client, name):
    assert client.get(url(name, "none")).status_code == 404
