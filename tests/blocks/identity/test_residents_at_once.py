"""Two browsers of one resident at the same moment, on two real connections."""

import pytest
from django.db import connection

from madoguchi.blocks.identity import operations
from madoguchi.blocks.identity.models import IdentityLink, ResidentItem, User
from madoguchi.blocks.identity.rules.authentication_app import Proven
from tests.blocks.identity.test_two_at_once import at_once
from tests.factories import make_resident

pytestmark = [
    pytest.mark.postgres,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor == "sqlite", reason="two connections need PostgreSQL: set DATABASE_URL"
    ),
]

ISSUER = "https://issuer.example"


@pytest.mark.parametrize("attempt", range(5))
def test_a_new_address_in_two_browsers_makes_one_account(attempt):
    address = f"hanako{attempt}@example.org"
    accounts = []

    def come():
        resident = operations.resident_of_address(email=address)
        accounts.append(resident.pk)
        return resident

    assert at_once(come, come) == ["User", "User"]
    assert len(set(accounts)) == 1
    assert User.objects.filter(email=address).count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_an_app_in_two_browsers_makes_one_account(attempt):
    proven = Proven(ISSUER, f"subject-{attempt}", {})
    accounts = []

    def come():
        resident = operations.resident_of_app(proven=proven)
        accounts.append(resident.pk)
        return resident

    assert at_once(come, come) == ["User", "User"]
    assert len(set(accounts)) == 1
    assert User.objects.filter(kind=User.Kind.RESIDENT).count() == 1
    assert IdentityLink.objects.count() == 1


@pytest.mark.parametrize("attempt", range(5))
def test_an_app_is_linked_to_one_of_two_accounts(attempt):
    proven = Proven(ISSUER, f"subject-{attempt}", {})
    first, second = (make_resident(f"{number}@example.org") for number in (1, 2))

    def link(resident):
        return operations.link_app(resident=resident, proven=proven, by=resident)

    assert at_once(lambda: link(first), lambda: link(second)) == ["LinkedElsewhere", "NoneType"]
    assert IdentityLink.objects.count() == 1


@pytest.mark.parametrize("attempt", range(3))
def test_two_accounts_do_not_take_one_address(attempt):
    first, second = (make_resident(f"{number}@example.org") for number in (1, 2))

    def change(resident):
        return operations.change_address(
            resident=resident, email=f"new{attempt}@example.org", by=resident
        )

    results = at_once(lambda: change(first), lambda: change(second))
    assert results == ["MailAddressTaken", "NoneType"]


@pytest.mark.parametrize("attempt", range(3))
def test_what_is_written_while_the_account_is_erased_is_erased_too(attempt):
    resident = make_resident(f"{attempt}@example.org")

    def write():
        return operations.keep_own_values(
            user=resident, values={"applicant.name": "佐藤"}, by=resident
        )

    results = at_once(write, lambda: operations.erase_resident(resident=resident, by=resident))
    assert results in (["AccountErased", "int"], ["NoneType", "int"])
    assert not ResidentItem.objects.exists()
