"""The public pages: what each visitor is told, and nothing of whom it concerns."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import translation
from pytest_django import DjangoAssertNumQueries, Settings

from madoguchi.blocks.documents import service
from madoguchi.blocks.documents.rules import code_of
from madoguchi.blocks.documents.views.verify import UNKNOWN_AN_HOUR
from madoguchi.kernel import clock
from tests.blocks.documents.factories import issue_receipt, receipts_registered

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("signing_key")]

NOW = datetime(2026, 11, 24, 9, 5, tzinfo=clock.TOKYO)
UNKNOWN = service.written_code(code_of(5))


@pytest.fixture(autouse=True)
def _receipts() -> Iterator[None]:
    cache.clear()
    with receipts_registered(), clock.frozen(NOW), translation.override("ja"):
        yield
    cache.clear()


def address(code: str) -> str:
    return f"/verify/{service.written_code(code)}/"


def text(answer: HttpResponse) -> str:
    return answer.content.decode()


def send(client: Client, content: bytes, **headers: str) -> HttpResponse:
    file = SimpleUploadedFile("receipt.pdf", content)
    return client.post("/verify/", {"file": file}, headers=headers)


class TestEntry:
    def test_asks_for_a_code_or_a_file(self, client: Client) -> None:
        answer = client.get("/verify/")
        assert answer.status_code == 200
        assert 'name="code"' in text(answer)
        assert 'type="file"' in text(answer)

    def test_a_code_leads_to_its_own_address(self, client: Client) -> None:
        code = code_of(123)
        answer = client.get("/verify/", {"code": f" {code.lower()} "})
        assert (answer.status_code, answer["Location"]) == (302, address(code))

    @pytest.mark.parametrize(
        ("typed", "told"),
        [
            ("", "文書に印刷されているコードを入力してください。"),
            ("U" * 16, "コードに使われない文字が入っています。"),
            ("0" * 15, "コードは16文字です。"),
            ("0000-0000-0000-0001", "コードに打ち間違いがあります。"),
            ("0" * 61, "この値は 60 文字以下でなければなりません"),
        ],
    )
    def test_a_typing_error_is_told_apart_from_an_unknown_code(
        self, client: Client, typed: str, told: str
    ) -> None:
        answer = client.get("/verify/", {"code": typed})
        assert answer.status_code == 422
        assert told in text(answer)

    def test_a_typing_error_in_the_address(self, client: Client) -> None:
        answer = client.get("/verify/0000-0000-0000-0001/")
        assert answer.status_code == 422
        assert "コードに打ち間違いがあります。" in text(answer)
        assert 'value="0000-0000-0000-0001"' in text(answer)


class TestDocument:
    def test_genuine(self, client: Client) -> None:
        answer = client.get(address(issue_receipt().code))
        assert answer.status_code == 200
        assert "市が発行した文書です" in text(answer)
        assert "領収書" in text(answer)
        assert "2026年11月24日（火） 9:05" in text(answer)

    def test_superseded(self, client: Client) -> None:
        earlier = issue_receipt()
        newer = issue_receipt(supersedes=earlier.code)
        answer = client.get(address(earlier.code))
        assert answer.status_code == 200
        assert "新しい文書に差し替えられています" in text(answer)
        assert service.written_code(newer.code) not in text(answer)

    def test_revoked_without_the_reason(self, client: Client) -> None:
        issued = issue_receipt()
        service.revoke(issued.code, by=None, reason="水野さんの請求で")
        answer = client.get(address(issued.code))
        assert answer.status_code == 200
        assert "取り消された文書です" in text(answer)
        assert "水野" not in text(answer)

    def test_unknown(self, client: Client) -> None:
        answer = client.get(f"/verify/{UNKNOWN}/")
        assert answer.status_code == 404
        assert "このコードの文書はありません" in text(answer)

    def test_no_copy_is_kept_that_outlives_a_revocation(self, client: Client) -> None:
        for path in ("/verify/", address(issue_receipt().code)):
            assert "no-store" in client.get(path)["Cache-Control"]

    def test_nothing_is_sent_there(self, client: Client) -> None:
        assert client.post(address(issue_receipt().code)).status_code == 405

    def test_one_query_answers(
        self, client: Client, django_assert_num_queries: DjangoAssertNumQueries
    ) -> None:
        earlier = issue_receipt()
        issue_receipt(supersedes=earlier.code)
        with django_assert_num_queries(2):  # the document, and the city's name
            client.get(address(earlier.code))


class TestFile:
    def test_unchanged(self, client: Client) -> None:
        issued = issue_receipt()
        answer = send(client, issued.pdf)
        assert answer.status_code == 200
        assert "市が発行したものとまったく同じです。" in text(answer)
        assert service.written_code(issued.code) in text(answer)

    def test_unchanged_and_revoked(self, client: Client) -> None:
        issued = issue_receipt()
        service.revoke(issued.code, by=None, reason="誤り")
        shown = text(send(client, issued.pdf))
        assert "取り消された文書です" in shown
        assert "お手元のファイルの中身は、市が発行したときのままです。" in shown

    @pytest.mark.parametrize("place", [0, 20_000, -1])
    def test_one_byte_changed_anywhere(self, client: Client, place: int) -> None:
        """Also within the signature, which covers all bytes but its own."""
        changed = bytearray(issue_receipt().pdf)
        changed[place] ^= 1
        answer = send(client, bytes(changed))
        assert answer.status_code == 200
        assert "市が発行したままのファイルではありません" in text(answer)

    def test_signed_anew(self, client: Client) -> None:
        issued = issue_receipt()
        assert "市が発行したままのファイルではありません" in text(
            send(client, service.sign_pdf(issued.pdf[: issued.pdf.index(b"%%EOF") + 6], reason=""))
        )

    def test_none(self, client: Client) -> None:
        answer = client.post("/verify/")
        assert answer.status_code == 422
        assert "受け取ったファイルを選んでください。" in text(answer)

    def test_too_large(self, client: Client, settings: Settings) -> None:
        settings.MADOGUCHI_MAX_UPLOAD_BYTES = 2**20
        answer = send(client, b"x" * (2**20 + 1))
        assert answer.status_code == 422
        assert "1 MB" in text(answer)

    def test_only_from_our_own_page(self) -> None:
        answer = Client(enforce_csrf_checks=True).post("/verify/")
        assert answer.status_code == 403


class TestTooOften:
    def ask_in_vain(self, client: Client, times: int, **headers: str) -> list[int]:
        return [
            client.get(f"/verify/{UNKNOWN}/", headers=headers).status_code for _ in range(times)
        ]

    def test_asking_in_vain_ends(self, client: Client) -> None:
        assert self.ask_in_vain(client, UNKNOWN_AN_HOUR) == [404] * UNKNOWN_AN_HOUR
        answer = client.get(f"/verify/{UNKNOWN}/")
        assert answer.status_code == 429
        assert "1時間に確かめられる回数を超えました" in text(answer)

    def test_then_nothing_is_told_of_documents_that_are_there(self, client: Client) -> None:
        issued = issue_receipt()
        self.ask_in_vain(client, UNKNOWN_AN_HOUR)
        assert client.get(address(issued.code)).status_code == 429
        assert send(client, issued.pdf).status_code == 429

    def test_files_count_as_well(self, client: Client) -> None:
        for _ in range(UNKNOWN_AN_HOUR):
            send(client, b"x")
        assert self.ask_in_vain(client, 1) == [429]

    def test_who_holds_documents_is_never_stopped(self, client: Client) -> None:
        path = address(issue_receipt().code)
        times = UNKNOWN_AN_HOUR + 5
        assert {client.get(path).status_code for _ in range(times)} == {200}

    def test_each_address_for_itself_and_for_an_hour(
        self, client: Client, settings: Settings
    ) -> None:
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        first = {"X-Forwarded-For": "192.0.2.1"}
        self.ask_in_vain(client, UNKNOWN_AN_HOUR, **first)
        assert self.ask_in_vain(client, 1, **first) == [429]
        assert self.ask_in_vain(client, 1, **{"X-Forwarded-For": "192.0.2.2"}) == [404]
        with clock.frozen(NOW.replace(hour=10)):
            assert self.ask_in_vain(client, 1, **first) == [404]
