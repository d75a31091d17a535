"""The city's profile and the audit log on the staff side."""

import pytest
from django.db import connection
from django.urls import reverse

from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit_operations
from madoguchi.kernel.audit import queries as audit
from madoguchi.kernel.city.models import CityProfile
from madoguchi.kernel.registries import RoleDefinition, roles
from tests.factories import make_department, make_user, sign_in

pytestmark = pytest.mark.django_db

CITY = {
    "name": "見本市",
    "name_kana": "みほんし",
    "name_en": "Mihon",
    "code": "011002",
    "mark": "見",
    "key_colour": "#006f83",
    "contact": "総合政策部",
}


@pytest.fixture
def reader_role():
    """A role that holds no administration but reads the audit log."""
    yield roles.register(RoleDefinition("test.reader", "Reader", "", reads_audit=True)).code
    roles.unregister("test.reader")


def url(name):
    return reverse(f"identity_staff:{name}")


def test_the_profile_is_changed_and_recorded(client):
    sign_in(client, make_user("admin", ADMINISTRATOR))
    assert client.get(url("city")).status_code == 200
    assert client.post(url("city"), CITY).status_code == 302
    profile = CityProfile.objects.get()
    assert {name: getattr(profile, name) for name in CITY} == CITY
    entry = audit.entries(limit=1)[0]
    assert (entry.action, entry.detail["fields"]) == ("city.profile_set", sorted(CITY))
    assert "見本市" in client.get(url("city")).content.decode()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("code", "011003"),
        ("code", "0110"),
        ("key_colour", "#ffff00"),
        ("key_colour", "blue"),
        ("mark", "見本市"),
    ],
)
def test_a_wrong_profile_is_not_stored(client, field, value):
    sign_in(client, make_user("admin", ADMINISTRATOR))
    response = client.post(url("city"), {**CITY, field: value})
    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]
    assert not CityProfile.objects.exists()


def test_how_well_a_colour_can_be_read_is_measured(client):
    sign_in(client, make_user("admin", ADMINISTRATOR))
    assert "11.1" in client.get(url("city")).content.decode()
    assert "1.1" in client.post(url("city"), {**CITY, "key_colour": "#ffff00"}).content.decode()


def test_an_auditor_reads_the_profile_and_changes_nothing(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    shown = client.get(url("city"))
    assert shown.status_code == 200
    assert 'method="post"' not in shown.content.decode().split("<main", 1)[1]
    assert client.post(url("city"), CITY).status_code == 403


def test_the_log_names_people_actions_and_particulars(client):
    admin = make_user("admin", ADMINISTRATOR, name="管理 花子")
    sign_in(client, admin)
    client.post(url("city"), CITY)
    row = client.get(url("audit")).context["entries"][0]
    assert row.actor == "管理 花子"
    assert row.action == "市の基本情報の変更"
    assert row.roles == str(roles[ADMINISTRATOR].label)
    assert dict(row.detail)["項目"].split("、") == sorted(CITY)


def test_the_log_is_narrowed(client):
    admin = make_user("admin", ADMINISTRATOR)
    sign_in(client, admin)
    make_department("市民課")
    client.post(url("city"), CITY)
    today = clock.today().isoformat()
    everything = len(audit.entries())
    for query, count in (
        ({}, everything),
        ({"app": "city"}, 1),
        ({"person": "ADMIN"}, 1),
        ({"person": "nobody"}, 0),
        ({"subject": "city"}, 1),
        ({"since": today, "until": today}, everything),
        ({"until": "2000-01-01"}, 0),
        ({"before": "2"}, 1),
    ):
        assert len(client.get(url("audit"), query).context["entries"]) == count
    assert client.get(url("audit"), {"since": "nonsense"}).status_code == 422


@pytest.mark.parametrize("count", [1, 3])
def test_the_log_takes_a_constant_number_of_queries(client, count, django_assert_num_queries):
    auditor = make_user("ichiro", AUDITOR)
    sign_in(client, auditor)
    for number in range(count):
        audit_operations.record(by=auditor, action="test.done", subject=f"test:{number}")
    client.get(url("audit"))
    with django_assert_num_queries(12):
        client.get(url("audit"))


def test_older_entries_come_on_the_next_page(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    for number in range(101):
        audit_operations.record(by=None, action="test.done", subject=f"test:{number}")
    first = client.get(url("audit"), {"app": "test"})
    assert len(first.context["entries"]) == 100
    older = client.get(url("audit") + first.context["older"])
    assert [row.subject for row in older.context["entries"]] == ["test:0"]
    assert older.context["older"] == ""


def test_a_whole_chain_is_said_to_be_whole(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    response = client.get(url("audit"), {"check": "1"})
    assert response.context["verification"].is_sound
    assert audit.entries(limit=1)[0].digest in response.content.decode()


def test_a_broken_chain_is_said_to_be_broken(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    with connection.cursor() as cursor:
        cursor.execute("update audit_head set sequence = sequence + 1")
    response = client.get(url("audit"), {"check": "1"})
    assert not response.context["verification"].is_sound
    assert response.context["explanation"] in response.content.decode()


def test_the_log_is_for_those_whose_role_says_so(client, reader_role):
    sign_in(client, make_user("reader", reader_role))
    assert client.get(url("audit")).status_code == 200
    roles.unregister(reader_role)
    roles.register(RoleDefinition(reader_role, "Reader", ""))
    assert client.get(url("audit")).status_code == 403


def test_codes_in_the_particulars_are_put_into_words(client):
    sign_in(client, make_user("ichiro", AUDITOR))
    detail = {"kind": "payments.receipt", "reason": "", "is_new": True, "role": AUDITOR}
    audit_operations.record(by=None, action="documents.revoked", subject="test", detail=detail)
    row = client.get(url("audit"), {"app": "documents"}).context["entries"][0]
    assert set(row.detail) == {
        ("文書", "領収書"),
        ("is_new", "はい"),
        ("理由", "–"),
        ("役割", "監査担当"),
    }
