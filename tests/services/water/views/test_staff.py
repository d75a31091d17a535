"""The water desk: contracts, readings, uploads, bills, figures, tariffs."""

from datetime import date, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from madoguchi.blocks.payments import service as payments
from madoguchi.kernel import clock
from madoguchi.services.water.models import BillingTerms, Contract, Reading, Tariff, TaxRate
from madoguchi.services.water.operations.billing import make_bills
from madoguchi.services.water.operations.contracts import end_contract, erase_contract
from madoguchi.services.water.rules.meter import Exchange
from madoguchi.services.water.views import staff_bills
from tests.factories import make_user, sign_in
from tests.services.water.factories import (
    DECEMBER,
    make_contract,
    make_prices,
    make_reading,
    make_tariff,
)
from tests.services.water.paying import make_two_years

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 12, 20, 9, 0, tzinfo=clock.TOKYO)
N = "0000001"
OF = f"/staff/water/contracts/of/{N}/"
LIST = "/staff/water/readings/2026-12/"
UPLOAD = f"{LIST}upload/"
BILLS = "/staff/water/bills/2026-12/"


@pytest.fixture(autouse=True)
def _at():
    with clock.frozen(NOW):
        yield


@pytest.fixture
def clerk(client):
    return sign_in(client, make_user("clerk", "water_clerk"))


@pytest.fixture
def auditor(client):
    return sign_in(client, make_user("auditor", "auditor"))


def words(response):
    return response.content.decode()


def said(response):
    """What the page after a redirect tells."""
    return [str(message) for message in response.context["messages"]]


class TestDesk:
    def test_empty(self, clerk):
        page = words(clerk.get("/staff/water/"))
        assert "最初の契約を登録する" in page

    def test_what_waits(self, clerk):
        make_contract("1")
        make_contract("2")
        make_reading("1", index=110, read_on=date(2026, 10, 5))
        make_reading("1")
        page = words(clerk.get("/staff/water/"))
        assert "2026年12月：未検針 1件" in page
        assert "2026年12月：請求の作成待ち 1件" in page
        assert "2026年10月：未検針 1件" in page

    def test_nothing_waits(self, clerk):
        make_contract(started_on=date(2026, 12, 1))
        assert "すべて済んでいます" in words(clerk.get("/staff/water/"))

    def test_a_reader_sees_the_periods_without_the_work(self, auditor):
        make_contract()
        page = words(auditor.get("/staff/water/"))
        assert "2026年12月" in page
        assert "/staff/water/readings/" not in page

    def test_the_staff_home_tells_clerks(self, clerk):
        make_contract()
        make_reading(index=110, read_on=date(2026, 10, 5))
        page = words(clerk.get("/staff/"))
        assert "2026年12月：未検針 1件" in page
        assert "2026年10月：請求の作成待ち 1件" in page

    def test_and_nobody_else(self, auditor):
        make_contract()
        assert "water-panel" not in words(auditor.get("/staff/"))

    def test_nor_clerks_when_nothing_waits(self, clerk):
        assert "water-panel" not in words(clerk.get("/staff/"))


class TestContracts:
    def test_search_and_empty(self, clerk):
        assert "契約はまだ登録されていません" in words(clerk.get("/staff/water/contracts/"))
        make_contract()
        assert "山田 太郎" in words(clerk.get("/staff/water/contracts/?q=やまだ"))
        missed = words(clerk.get("/staff/water/contracts/?q=佐藤"))
        assert "「佐藤」に合う契約はありません" in missed

    def test_a_question_too_long(self, clerk):
        make_contract()
        assert clerk.get("/staff/water/contracts/?q=" + "あ" * 101).status_code == 422

    def test_queries_do_not_grow(self, clerk):
        counts = []
        for number in range(3):
            make_contract(str(number))
            with CaptureQueriesContext(connection) as queries:
                clerk.get("/staff/water/contracts/")
            counts.append(len(queries))
        assert counts[0] == counts[2]

    def test_pages_of_fifty(self, clerk):
        for number in range(51):
            make_contract(f"{number:07d}")
        assert words(clerk.get("/staff/water/contracts/?page=2")).count('scope="row"') == 1

    def test_page_with_readings_bills_and_payments(self, clerk):
        make_contract()
        make_prices()
        make_reading(index=110, read_on=date(2026, 10, 5))
        make_bills(period=date(2026, 10, 1), by=None)
        bill = payments.bills_of(f"water:{N}")[0].bill
        payments.take_at_counter(bill_id=bill.pk, amount=bill.amount, by=None)
        make_reading(index=12, exchange=Exchange(120), note="交換")
        page = words(clerk.get(OF))
        for part in (bill.number, "8・9月分", "3,718円", "窓口", "メーター交換（旧120、新0）"):
            assert part in page
        assert "交換" in page
        assert "未納はありません" in page
        assert f"/staff/payments/bills/{bill.number}/" not in page

    def test_nobody_is_named_in_the_history_of_a_browser(self, clerk):
        name = make_contract().name
        head, _title, body = words(clerk.get(OF)).partition("</title>")
        assert (name in head, name in body) == (False, True)

    def test_the_treasury_goes_on_to_the_bill(self, client):
        sign_in(client, make_user("treasury", "payments_treasury"))
        make_contract()
        make_prices()
        make_reading()
        make_bills(period=DECEMBER, by=None)
        number = Reading.objects.get().bill_number
        page = words(client.get(OF))
        assert f"/staff/payments/bills/{number}/" in page
        assert "take-back" not in page

    def test_queries_of_a_page_do_not_grow(self, clerk):
        make_contract()
        make_prices()
        counts = []
        for month, index in ((4, 110), (6, 120), (8, 130), (10, 140)):
            make_reading(index=index, read_on=date(2026, month, 5))
            make_bills(period=date(2026, month, 1), by=None)
            with CaptureQueriesContext(connection) as queries:
                clerk.get(OF)
            counts.append(len(queries))
        assert counts[0] == counts[3]

    def test_new_overpaid_and_ended(self, clerk):
        contract = make_contract()
        page = words(clerk.get(OF))
        assert "まだ検針していません" in page
        assert f"{OF}readings/2026-12/" in page
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 10), index_m3=120, by=None)
        page = words(clerk.get(OF))
        assert "2026年12月10日（木）まで" in page
        assert "中止検針" in page
        assert f"{OF}end/" not in page

    @pytest.mark.parametrize("month", ["2026-11", "2026-12"])
    def test_which_reading_comes_next(self, clerk, month):
        make_contract(reads_in_even_months=month == "2026-12")
        assert f"{OF}readings/{month}/" in words(clerk.get(OF))

    def test_missing_and_erased(self, clerk):
        assert clerk.get(OF).status_code == 404
        contract = make_contract()
        end_contract(contract_id=contract.pk, last_day=date(2026, 12, 10), index_m3=120, by=None)
        erase_contract(N)
        assert clerk.get(OF).status_code == 404
        assert N not in words(clerk.get("/staff/water/contracts/"))


FORM = {
    "number": "",
    "name": "佐藤 花子",
    "name_kana": "サトウ ハナコ",
    "postal_code": "9990001",
    "address": "見本市緑町1",
    "pipe_mm": "20",
    "has_sewer": "on",
    "reads_in_even_months": "False",
    "meter_number": "A1",
    "start_index_m3": "5",
    "started_on": "2026-12-01",
}


class TestChanging:
    def test_add(self, clerk):
        assert clerk.get("/staff/water/contracts/add/").status_code == 200
        answer = clerk.post("/staff/water/contracts/add/", FORM, follow=True)
        contract = Contract.objects.get()
        assert (contract.number, contract.postal_code) == ("0000001", "999-0001")
        assert (contract.reads_in_even_months, contract.has_sewer) == (False, True)
        assert said(answer) == ["契約0000001を登録しました。"]

    @pytest.mark.parametrize(
        "change",
        [
            *({"name": ""}, {"postal_code": "12"}, {"number": "a b"}, {"pipe_mm": "14"}),
            *({"number": N}, {"started_on": "0001-01-01"}, {"started_on": "2028-01-01"}),
        ],
    )
    def test_bad_input(self, clerk, change):
        make_contract()
        answer = clerk.post("/staff/water/contracts/add/", FORM | change)
        assert answer.status_code == 422
        assert Contract.objects.count() == 1

    def test_change(self, clerk):
        contract = make_contract()
        assert 'value="999-0001"' in words(clerk.get(f"{OF}change/"))
        clerk.post(f"{OF}change/", FORM)
        contract.refresh_from_db()
        assert (contract.name, contract.reads_in_even_months) == ("佐藤 花子", False)
        assert clerk.post(f"{OF}change/", FORM | {"name": ""}).status_code == 422

    def test_end(self, clerk):
        contract = make_contract()
        make_reading(index=120, read_on=date(2026, 10, 5))
        form = {"last_day": "2026-12-18", "index_m3": "180"}
        asked = clerk.post(f"{OF}end/", form)
        assert asked.status_code == 422
        assert "2倍を超えています" in words(asked)
        done = clerk.post(f"{OF}end/", form | {"confirmed": "on"}, follow=True)
        contract.refresh_from_db()
        assert contract.ended_on == date(2026, 12, 19)
        assert "使用中止を記録しました" in said(done)[0]
        assert clerk.post(f"{OF}end/", form).status_code == 422
        assert clerk.get(f"{OF}end/").status_code == 200


class TestOneReading:
    ADDRESS = f"{OF}readings/2026-12/"
    FORM = {"read_on": "2026-12-05", "index_m3": "120", "how": "read"}

    def test_recorded(self, clerk):
        make_contract()
        assert clerk.get(self.ADDRESS).status_code == 200
        answer = clerk.post(self.ADDRESS, self.FORM, follow=True)
        assert said(answer) == ["記録しました。使用水量は20 m³です。"]

    def test_with_an_exchange(self, clerk):
        contract = make_contract()
        form = {"index_m3": "5", "removed_at_m3": "110", "meter_number": "新9", "note": "交換"}
        clerk.post(self.ADDRESS, self.FORM | form)
        contract.refresh_from_db()
        reading = Reading.objects.get()
        assert (reading.used_m3, reading.note, contract.meter_number) == (15, "交換", "新9")

    def test_estimated_and_turned(self, clerk):
        make_contract("2", start_index_m3=99_990)
        clerk.post(self.ADDRESS.replace(N, "2"), self.FORM | {"how": "turned", "index_m3": "3"})
        assert Reading.objects.get().used_m3 == 13
        make_contract()
        clerk.post(self.ADDRESS, self.FORM | {"how": "estimate", "index_m3": ""})
        assert Reading.objects.get(contract__number=N).is_estimate

    @pytest.mark.parametrize(
        "change",
        [{"index_m3": "99"}, {"index_m3": ""}, {"read_on": "x"}, {"installed_at_m3": "3"}],
    )
    def test_refused(self, clerk, change):
        make_contract()
        assert clerk.post(self.ADDRESS, self.FORM | change).status_code == 422
        assert not Reading.objects.exists()

    @pytest.mark.parametrize("period", ["2026-13", "x"])
    def test_no_period(self, clerk, period):
        make_contract()
        assert clerk.get(f"{OF}readings/{period}/").status_code == 404


class TestList:
    def send(self, clerk, *rows, read_on="2026-12-05"):
        data = {"read_on": read_on, "number": [number for number, _ in rows]}
        for number, values in rows:
            data |= {f"{number}-{name}": value for name, value in values.items()}
        return clerk.post(LIST, data, follow=True)

    def test_the_next_meters_with_what_is_usual(self, clerk):
        make_contract("1")
        make_contract("2", reads_in_even_months=False)
        make_reading("1", index=131, read_on=date(2026, 10, 5))
        page = words(clerk.get(LIST))
        assert 'name="1-index_m3"' in page
        assert 'name="2-index_m3"' not in page
        assert "31 m³" in page
        assert ">131<" in page

    def test_what_is_filled_in_is_recorded(self, clerk):
        for number in ("1", "2", "3"):
            make_contract(number)
        answer = self.send(clerk, ("1", {"index_m3": "130"}), ("2", {}), ("3", {"how": "estimate"}))
        assert said(answer) == ["2件の検針を記録しました。"]
        assert list(Reading.objects.order_by("pk").values_list("used_m3", "is_estimate")) == [
            (30, False),
            (0, True),
        ]
        assert "未検針のメーターは1件です" in words(answer)

    def test_numbers_that_are_none(self, clerk):
        answer = self.send(clerk, ("\0", {"index_m3": "130"}), ("9", {"index_m3": "130"}))
        assert answer.status_code == 200
        assert not Reading.objects.exists()

    def test_all_read(self, clerk):
        make_contract("1")
        answer = self.send(clerk, ("1", {"index_m3": "130"}))
        assert "この月に未検針のメーターはありません" in words(answer)

    def test_a_mistake_keeps_everything_as_typed(self, clerk):
        make_contract("1")
        make_contract("2")
        answer = self.send(clerk, ("1", {"index_m3": "130"}), ("2", {"index_m3": "99"}))
        page = words(answer)
        assert answer.status_code == 422
        assert 'value="130"' in page
        assert "前回（100）より小さくなっています" in page
        assert not Reading.objects.exists()

    def test_unusual_use_asks_for_a_confirmation(self, clerk):
        make_contract("1")
        make_reading("1", index=110, read_on=date(2026, 10, 5))
        asked = self.send(clerk, ("1", {"index_m3": "150"}))
        assert asked.status_code == 422
        assert 'name="1-confirmed"' in words(asked)
        self.send(clerk, ("1", {"index_m3": "150", "confirmed": "on"}))
        assert Reading.objects.get(period=DECEMBER).used_m3 == 40

    @pytest.mark.parametrize(("read_on", "index"), [("x", "130"), ("2026-12-05", "x")])
    def test_bad_input(self, clerk, read_on, index):
        make_contract("1")
        answer = self.send(clerk, ("1", {"index_m3": index}), read_on=read_on)
        assert answer.status_code == 422

    def test_numbers_that_are_none_are_left_out(self, clerk):
        assert self.send(clerk, ("9", {"index_m3": "1"})).status_code == 200

    def test_queries_do_not_grow(self, clerk):
        counts = []
        for number in range(3):
            make_contract(str(number))
            with CaptureQueriesContext(connection) as queries:
                clerk.get(LIST)
            counts.append(len(queries))
        assert counts[0] == counts[2]

    def test_as_a_table(self, clerk):
        make_contract("1", address="=1+1", meter_number="M1")
        make_reading("1", index=110, read_on=date(2026, 10, 5))
        answer = clerk.get(f"{LIST}meters.csv")
        assert answer.content.decode("utf-8-sig").splitlines() == [
            "お客様番号,メーター番号,設置場所,前回指針,検針日,指針,推定,一周,備考",
            "1,M1,'=1+1,110,,,,,",
        ]


class TestUpload:
    HEAD = "お客様番号,検針日,指針\n"

    def send(self, clerk, text, **data):
        file = SimpleUploadedFile("a.csv", (self.HEAD + text).encode("cp932"))
        return clerk.post(UPLOAD, {"file": file, **data}, follow=True)

    def test_the_table_of_meters_comes_back_filled_in(self, clerk):
        make_contract("1")
        make_contract("2")
        table = clerk.get(f"{LIST}meters.csv").content.decode("utf-8-sig")
        filled = table.replace("100,,,,,", "100,2026-12-05,130,,,", 1)
        file = SimpleUploadedFile("a.csv", filled.encode("utf-8-sig"))
        answer = clerk.post(UPLOAD, {"file": file}, follow=True)
        assert said(answer) == ["1件の検針を記録しました。 1行は指針が空欄でした。"]

    def test_again_with_one_put_right(self, clerk):
        make_contract("1")
        make_contract("2")
        self.send(clerk, "1,2026-12-05,130\n2,2026-12-05,131")
        answer = self.send(clerk, "1,2026-12-05,130\n2,2026-12-05,132")
        assert said(answer) == [
            "0件の検針を記録しました。 1件を訂正しました。 1件はすでに記録されていました。"
        ]

    def test_faults_by_line_and_nothing_recorded(self, clerk):
        make_contract("1")
        answer = self.send(clerk, "1,2026-12-05,130\n9,2026-12-05,1\n1,2026-12-06,x")
        page = words(answer)
        assert answer.status_code == 422
        assert "4行目「お客様番号」の「1」" in page
        assert "4行目「指針」の「x」：整数ではありません" in page
        known = self.send(clerk, "1,2026-12-05,99\n9,2026-12-05,1")
        assert "2行目 お客様番号1：指針（99）" in words(known)
        assert "3行目 お客様番号9" in words(known)
        assert not Reading.objects.exists()

    def test_unusual_use_is_confirmed_without_choosing_the_file_again(self, clerk):
        make_contract("1")
        make_reading("1", index=110, read_on=date(2026, 10, 5))
        asked = self.send(clerk, "1,2026-12-05,150")
        assert asked.status_code == 422
        kept = asked.context["form"]["kept"].value()
        assert f'name="kept" value="{kept}"' in words(asked)
        again = clerk.post(UPLOAD, {"kept": kept})
        assert again.status_code == 422
        done = clerk.post(UPLOAD, {"kept": kept, "confirmed": "on"}, follow=True)
        assert said(done) == ["1件の検針を記録しました。"]

    @pytest.mark.parametrize(
        ("content", "words_said"),
        [
            (b"a,b\n1,2", "次の列がありません"),
            (b"a\x00", "CSVの表ではありません"),
            (b"a\x81", "UTF-8でもShift_JISでもありません"),
            (b" ", "ファイルの中身がありません"),
        ],
    )
    def test_no_table(self, clerk, content, words_said):
        answer = clerk.post(UPLOAD, {"file": SimpleUploadedFile("a.csv", content)})
        assert answer.status_code == 422
        assert words_said in words(answer)

    def test_nothing_chosen(self, clerk):
        assert clerk.get(UPLOAD).status_code == 200
        answer = clerk.post(UPLOAD, {})
        assert answer.status_code == 422
        assert "ファイルを選んでください" in words(answer)

    def test_too_large(self, clerk, settings):
        settings.MADOGUCHI_MAX_UPLOAD_BYTES = 10
        assert self.send(clerk, "1,2026-12-05,130").status_code == 422

    def test_what_was_kept_was_tampered_with(self, clerk):
        assert clerk.post(UPLOAD, {"kept": "x"}).status_code == 422


class TestBills:
    def test_looked_over_then_made(self, clerk):
        make_prices()
        make_contract("1")
        make_contract("2")
        make_contract("3", pipe_mm=75)
        make_reading("1", index=116)
        make_reading("3", index=116)
        page = words(clerk.get(BILLS))
        assert "1件を作成する" in page
        assert "3,718" in page
        assert "2027年2月1日（月）" in page
        assert "口径75mmの基本料金がありません" in page
        assert "/staff/water/contracts/of/2/" in page
        done = clerk.post(BILLS, follow=True)
        assert said(done) == ["請求を1件、合わせて3,718円作成しました。"]
        assert "いま作成する請求はありません" in words(done)

    def test_all_made(self, clerk):
        make_prices()
        make_contract("1")
        make_reading("1")
        clerk.post(BILLS)
        assert "この月の請求はすべて作成しました" in words(clerk.get(BILLS))

    def test_the_worker_makes_what_would_take_too_long(
        self, clerk, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr(staff_bills, "AT_ONCE", 1)
        make_prices()
        for number in ("1", "2", "3"):
            make_contract(number)
            make_reading(number)
        with django_capture_on_commit_callbacks(execute=True):
            done = clerk.post(BILLS, follow=True)
        assert "残り2件を作成しています" in said(done)[0]
        assert Reading.objects.filter(bill_number="").count() == 0

    def test_a_reader_looks_only(self, auditor):
        make_prices()
        make_contract("1")
        make_reading("1")
        assert "件を作成する" not in words(auditor.get(BILLS))
        assert auditor.post(BILLS).status_code == 403

    def test_taken_back(self, clerk):
        make_prices()
        make_contract()
        reading = make_reading()
        make_bills(period=DECEMBER, by=None)
        address = f"/staff/water/readings/{reading.pk}/take-back/"
        assert clerk.get(address).status_code == 200
        assert clerk.post(address, {"reason": ""}).status_code == 422
        done = clerk.post(address, {"reason": "読み違い"}, follow=True)
        assert "請求を取り消しました" in said(done)[0]
        assert clerk.post(address, {"reason": "読み違い"}).status_code == 422
        assert clerk.get("/staff/water/readings/999/take-back/").status_code == 404

    def test_no_period(self, clerk):
        assert clerk.get("/staff/water/bills/2026-00/").status_code == 404


class TestFigures:
    ADDRESS = "/staff/water/figures/"

    def test_empty(self, auditor):
        assert "まだ数字がありません" in words(auditor.get(self.ADDRESS))
        assert auditor.get(f"{self.ADDRESS}?share=10&old=store&new=card").status_code == 200

    def test_what_if(self, auditor):
        make_two_years()
        page = words(auditor.get(f"{self.ADDRESS}?share=50&old=store&new=card"))
        assert "令和7年度の納付件数" in page
        assert "−25円" in page
        assert "62円から37円" in page
        more = words(auditor.get(f"{self.ADDRESS}?share=40&old=counter&new=store"))
        assert "+62円" not in more  # two fifths of one payment are none
        assert words(auditor.get(f"{self.ADDRESS}?share=100&old=counter&new=store")).count("+62円")
        assert words(auditor.get(self.ADDRESS)).count('<figure class="m-chart">') == 4

    @pytest.mark.parametrize("query", ["share=101&old=store&new=card", "share=1&old=x&new=card"])
    def test_bad_input(self, auditor, query):
        make_two_years()
        assert auditor.get(f"{self.ADDRESS}?{query}").status_code == 422


TARIFF = {
    "from_on": "2027-04-01",
    "counts": "periods",
    "base": "13: 1,600\n20：2300\n",
    "included_m3": "16",
    "steps": "40: 140.5\n-: 220",
    "sewer_base": "1300",
    "sewer_included_m3": "16",
    "sewer_steps": "超：110",
    "half_up_to_days": "31",
    "rounding": "component",
    "source": "改正条例",
}


class TestTariffs:
    def test_the_tables(self, auditor):
        page = words(auditor.get("/staff/water/tariffs/"))
        assert "料金表がまだありません" in page
        make_prices()
        make_tariff(date(2027, 4, 1))
        page = words(auditor.get("/staff/water/tariffs/"))
        assert page.count("適用中") == 1
        assert "2027年4月1日（木）から" in page

    def test_lay_down(self, clerk):
        assert clerk.get("/staff/water/tariffs/add/").status_code == 200
        done = clerk.post("/staff/water/tariffs/add/", TARIFF, follow=True)
        row = Tariff.objects.get()
        assert (row.base, row.steps) == (
            {"13": "1600", "20": "2300"},
            [[40, "140.5"], [None, "220"]],
        )
        assert said(done) == ["登録しました。"]
        assert clerk.post("/staff/water/tariffs/add/", TARIFF).status_code == 422

    @pytest.mark.parametrize(
        "change",
        [
            *({"base": text} for text in ("13", "-: 5", ",: 5", "13: ,", f"13: {'9' * 40}")),
            *({"steps": text} for text in ("40: 1", "x: 1", "-: 100001", f"{10**30}: 1\n-: 2")),
            {"source": ""},
        ],
    )
    def test_bad_input(self, clerk, change):
        answer = clerk.post("/staff/water/tariffs/add/", TARIFF | change)
        assert answer.status_code == 422
        assert not Tariff.objects.exists()

    def test_tax_and_terms(self, clerk):
        tax = {"from_on": "2027-04-01", "per_cent": "12", "counts": "readings"}
        assert clerk.get("/staff/water/tariffs/tax/add/").status_code == 200
        clerk.post("/staff/water/tariffs/tax/add/", tax)
        assert TaxRate.objects.get().counts == "readings"
        assert clerk.post("/staff/water/tariffs/tax/add/", tax).status_code == 422
        terms = {
            "from_on": "2027-04-20",
            "due_months": "1",
            "due_day": "25",
            "least_days": "14",
            "channels": ["store", "card"],
        }
        assert clerk.get("/staff/water/tariffs/terms/add/").status_code == 200
        clerk.post("/staff/water/tariffs/terms/add/", terms)
        row = BillingTerms.objects.get()
        assert (row.from_on, row.channels) == (date(2027, 4, 1), ["store", "card"])
        page = words(clerk.get("/staff/water/tariffs/"))
        assert "検針月の1か月後の25日。作成から14日以上先" in page
        assert "コンビニエンスストア、クレジットカード" in page
        assert clerk.post("/staff/water/tariffs/terms/add/", {}).status_code == 422


@pytest.mark.parametrize("path", ["", "contracts/", "figures/", "tariffs/", "contracts/add/"])
def test_other_staff_are_refused_and_told_which_role(client, path):
    sign_in(client, make_user("somebody", "plan_office"))
    answer = client.get(f"/staff/water/{path}")
    assert answer.status_code == 403
    assert "水道料金の担当" in words(answer)
