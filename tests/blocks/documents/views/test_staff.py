"""The staff pages: who sees what was issued, and who takes it back."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from madoguchi.blocks.documents import service
from madoguchi.blocks.documents.models import IssuedDocument
from madoguchi.blocks.documents.rules import code_of
from madoguchi.blocks.identity.rules import ADMINISTRATOR, AUDITOR
from madoguchi.kernel import clock
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.registries import RoleDefinition, roles
from tests.factories import make_user, sign_in

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=clock.TOKYO)
CASHIER = "tests_cashier"
KINDS = (
    service.DocumentKind("tests.receipt", "領収書", roles=frozenset({CASHIER})),
    service.DocumentKind("tests.certificate", "証明書"),
)
REVOKED = {"reason": "金額の誤り", "confirmed": "on"}


@pytest.fixture(autouse=True)
def _kinds() -> Iterator[None]:
    roles.register(RoleDefinition(CASHIER, "出納", "", order=999))
    for kind in KINDS:
        service.document_kinds.register(kind)
    with clock.frozen(NOW), translation.override("ja"):
        yield
    for kind in KINDS:
        service.document_kinds.unregister(kind.code)
    roles.unregister(CASHIER)


def enter(number: int, kind: str = "tests.receipt") -> str:
    """An issued document; gives its code as it is written."""
    document = IssuedDocument.objects.create(
        code=code_of(number), kind=kind, digest=f"{number:064}", issued_at=clock.now()
    )
    return service.written_code(document.code)


def as_(client: Client, *held: str) -> Client:
    sign_in(client, make_user("member", *held))
    return client


def shown(client: Client, path: str = "/staff/documents/") -> str:
    return client.get(path).content.decode()


class TestList:
    def test_the_newest_first_with_how_each_stands(self, client: Client) -> None:
        old, new = enter(1), enter(2)
        service.revoke(old, by=None, reason="誤り")
        page = shown(as_(client, ADMINISTRATOR))
        assert page.index(new) < page.index(old)
        assert page.index("有効") < page.index("取消し")
        assert "2件" in page

    def test_of_one_kind(self, client: Client) -> None:
        receipt, certificate = enter(1), enter(2, "tests.certificate")
        page = shown(as_(client, AUDITOR), "/staff/documents/?kind=tests.certificate")
        assert (receipt in page, certificate in page) == (False, True)

    def test_by_its_code_in_any_spelling(self, client: Client) -> None:
        other, wanted = enter(1), enter(2)
        page = shown(as_(client, AUDITOR), f"/staff/documents/?code={wanted.lower()}")
        assert (other in page, f">{wanted}<" in page) == (False, True)

    def test_a_typing_error_is_told(self, client: Client) -> None:
        answer = as_(client, AUDITOR).get("/staff/documents/?code=0000-0000-0000-0001")
        assert answer.status_code == 422
        assert "コードに打ち間違いがあります。" in answer.content.decode()

    def test_nothing_issued(self, client: Client) -> None:
        assert "発行した文書がないか" in shown(as_(client, AUDITOR))

    def test_a_role_sees_the_kinds_that_name_it(self, client: Client) -> None:
        receipt, certificate = enter(1), enter(2, "tests.certificate")
        page = shown(as_(client, CASHIER))
        assert (receipt in page, certificate in page, "証明書" in page) == (True, False, False)

    def test_kinds_that_are_gone_are_seen_by_who_sees_all(self, client: Client) -> None:
        gone = enter(1, "tests.gone")
        assert gone in shown(as_(client, AUDITOR))

    def test_other_roles_are_told_which_one_is_needed(self, client: Client) -> None:
        roles.register(RoleDefinition("tests_other", "その他", "", order=999))
        try:
            answer = as_(client, "tests_other").get("/staff/documents/")
        finally:
            roles.unregister("tests_other")
        assert answer.status_code == 403
        assert "出納" in answer.content.decode()

    def test_as_many_queries_for_three_as_for_one(self, client: Client) -> None:
        as_(client, AUDITOR)
        enter(1)
        shown(client)
        with CaptureQueriesContext(connection) as one:
            shown(client)
        for number in (2, 3):
            enter(number)
        IssuedDocument.objects.filter(code=code_of(1)).update(
            superseded_by=IssuedDocument.objects.get(code=code_of(2))
        )
        with CaptureQueriesContext(connection) as three:
            shown(client)
        assert len(three) == len(one)


class TestRevoke:
    @pytest.mark.parametrize("role", [ADMINISTRATOR, CASHIER])
    def test_with_a_reason_and_a_confirmation(self, client: Client, role: str) -> None:
        path = f"/staff/documents/{enter(1)}/"
        answer = as_(client, role).post(path, REVOKED, follow=True)
        assert answer.redirect_chain == [(path, 302)]
        assert "文書を取り消しました。" in answer.content.decode()
        assert 'name="reason"' not in answer.content.decode()
        entry = AuditEntry.objects.get(action="documents.revoked")
        assert entry.detail == {"kind": "tests.receipt", "reason": "金額の誤り"}
        assert IssuedDocument.objects.get().revoked_at == NOW

    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            ({"confirmed": "on"}, "取り消す理由を入力してください。"),
            ({"reason": " ", "confirmed": "on"}, "取り消す理由を入力してください。"),
            ({"reason": "誤り"}, "取り消す文書に間違いないことを確かめて"),
        ],
    )
    def test_without_either(self, client: Client, sent: dict[str, str], told: str) -> None:
        answer = as_(client, ADMINISTRATOR).post(f"/staff/documents/{enter(1)}/", sent)
        assert answer.status_code == 422
        assert told in answer.content.decode()
        assert IssuedDocument.objects.get().revoked_at is None

    def test_what_somebody_else_revoked_meanwhile(self, client: Client) -> None:
        path = f"/staff/documents/{enter(1)}/"
        with clock.frozen(NOW - timedelta(hours=1)):
            service.revoke(code_of(1), by=None, reason="誤り")
        answer = as_(client, ADMINISTRATOR).post(path, REVOKED, follow=True)
        assert "この文書は、すでに取り消されています。" in answer.content.decode()
        assert IssuedDocument.objects.get().revoked_at == NOW - timedelta(hours=1)

    def test_an_auditor_only_reads(self, client: Client) -> None:
        path = f"/staff/documents/{enter(1)}/"
        as_(client, AUDITOR)
        assert 'name="reason"' not in shown(client, path)
        assert client.post(path, REVOKED).status_code == 403
        assert IssuedDocument.objects.get().revoked_at is None

    def test_other_kinds_are_not_there(self, client: Client) -> None:
        path = f"/staff/documents/{enter(1, 'tests.certificate')}/"
        as_(client, CASHIER)
        assert [client.get(path).status_code, client.post(path, REVOKED).status_code] == [404, 404]

    def test_no_such_document(self, client: Client) -> None:
        as_(client, ADMINISTRATOR)
        for code in (service.written_code(code_of(9)), "%00"):
            assert client.get(f"/staff/documents/{code}/").status_code == 404

    def test_a_newer_one_is_told(self, client: Client) -> None:
        first, second = enter(1), enter(2)
        IssuedDocument.objects.filter(code=code_of(1)).update(
            superseded_by=IssuedDocument.objects.get(code=code_of(2))
        )
        page = shown(as_(client, ADMINISTRATOR), f"/staff/documents/{first}/")
        assert ("差替え済み" in page, second in page) == (True, False)
