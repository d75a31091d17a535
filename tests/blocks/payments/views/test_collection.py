"""Collection files on the desk: upload, what was read, what was wrong."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments.models import CollectionFile, FactRecord
from madoguchi.blocks.payments.operations.collection import read_collection
from madoguchi.blocks.payments.queries.collection_words import FAULTS
from madoguchi.kernel import clock
from tests.blocks.payments.collection.files import make_barcode, swap
from tests.blocks.payments.collection.paid import TODAY, file_of, make_paper, said
from tests.factories import make_department, make_user, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("two_kinds")]
LIST = "/staff/payments/collection/"
UPLOAD = "/staff/payments/collection/upload/"


@pytest.fixture(autouse=True)
def _today():
    with clock.frozen(TODAY):
        yield


def as_role(role):
    department = make_department("財務部") if role == "payments_collector" else None
    return sign_in(Client(), make_user(role, role, department=department))


@pytest.fixture
def clerk():
    return as_role("payments_treasury")


def text(answer):
    return answer.content.decode()


def send(client, content, name="20261006.txt", layout=""):
    file = SimpleUploadedFile(name, content)
    return client.post(UPLOAD, {"file": file, "layout": layout}, follow=True)


def test_an_empty_list_says_what_comes(clerk):
    answer = clerk.get(LIST)
    assert answer.status_code == 200
    assert "まだファイルを読み込んでいません" in text(answer)


def test_a_file_is_read_and_shown(clerk):
    unknown = make_barcode(9_999, bill=9_000_000_000_000_077)
    answer = send(clerk, file_of(said(make_paper()), said(unknown, "02")))
    file = CollectionFile.objects.get()
    assert answer.redirect_chain == [(f"{LIST}{file.pk}/", 302)]
    page = text(answer)
    assert "ファイルを読み込み、記帳しました。" in page
    assert "要処理が1件あります" in page
    assert [(line.label, line.count, line.amount) for line in answer.context["kinds"]] == [
        ("速報", 1, 12_300),
        ("速報取消", 0, 0),
        ("確報", 1, 9_999),
    ]
    assert (answer.context["known"], answer.context["work_items"]) == (0, 1)
    assert str(file.read_by) == "payments_treasury"
    assert "20261006.txt" in text(clerk.get(LIST))


def test_the_same_file_again_is_said_to_be_known(clerk):
    content = file_of(said(make_paper()))
    send(clerk, content)
    answer = send(clerk, content, name="again.txt")
    assert "このファイルは読込み済みです" in text(answer)
    assert CollectionFile.objects.count() == 1


def test_what_is_wrong_is_named_line_by_line(clerk):
    content = file_of(*(said(make_paper(1_000 + number)) for number in range(3)))
    answer = send(clerk, swap(swap(content, 2, 3, "20260230"), 4, 11, "2500"))
    assert answer.status_code == 422
    page = text(answer)
    assert "2行目：「20260230」という日付はありません。" in page
    assert "4行目：「2500」という時刻はありません。" in page
    assert "ファイルの誤り 2件" in page
    assert FactRecord.objects.count() == 0


def test_what_a_file_says_is_never_markup(clerk):
    answer = send(clerk, swap(file_of(said(make_paper())), 2, 3, "<script>"), name="<b>.txt")
    assert answer.status_code == 422
    assert "<script>" not in text(answer).replace('<script src="', "")
    assert "「&lt;script&gt;」という日付はありません" in text(answer)
    assert "<b>.txt" not in text(answer)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", FAULTS["empty"]),
        (b"%PDF-1.7 ", "PDFです"),
        (b"\xff\xfe1\x00", "UTF-16"),
        (b"\x00\x01\x02", "テキストのファイルではありません"),
        (b"hello\r\n", "どれにも当てはまりません"),
    ],
)
def test_what_is_no_collection_file(clerk, content, words):
    answer = send(clerk, content)
    assert answer.status_code == 422
    assert str(words) in text(answer)


def test_a_layout_that_was_named_is_taken(clerk):
    content = file_of(layout="b")
    assert "様式を指定してください" in text(send(clerk, content))
    assert send(clerk, content, layout="b").status_code == 200
    assert send(clerk, content, layout="z").status_code == 422


def test_too_large_a_file_and_none(clerk, settings):
    settings.MADOGUCHI_MAX_UPLOAD_BYTES = 100
    answer = send(clerk, file_of(said(make_paper())))
    assert answer.status_code == 422
    assert "import_collection" in text(answer)
    assert clerk.post(UPLOAD, {}).status_code == 422
    assert CollectionFile.objects.count() == 0


def test_the_upload_s_own_address_leads_back_to_the_list(clerk):
    assert clerk.get(UPLOAD)["Location"] == LIST


def test_a_file_that_is_not_there(clerk):
    assert clerk.get(f"{LIST}99/").status_code == 404


def test_auditors_look_and_collecting_staff_do_not():
    auditor = as_role("auditor")
    assert "multipart/form-data" not in text(auditor.get(LIST))
    assert send(auditor, file_of(said(make_paper()))).status_code == 403
    collector = as_role("payments_collector")
    assert [collector.get(path).status_code for path in (LIST, UPLOAD)] == [403, 403]


def test_the_list_asks_the_database_the_same_of_one_file_and_of_three(clerk):
    def read(amount):
        read_collection(name=f"{amount}.txt", content=file_of(said(make_paper(amount))), by=None)

    def queries():
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert clerk.get(LIST).status_code == 200
        return len(asked)

    read(1_000)
    one = queries()
    read(2_000)
    read(3_000)
    assert queries() == one
