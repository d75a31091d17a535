"""Debit files: the published layout, round trips, and everything that can be wrong."""

from contextlib import suppress
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.zengin import (
    BadDebitFile,
    Debit,
    DebitFile,
    Fault,
    Header,
    Reason,
    Totals,
)
from madoguchi.blocks.payments.zengin.kana import ALLOWED
from madoguchi.blocks.payments.zengin.layout import DATA, END, HEADER, RECORD, TRAILER

HEADER_VALUES = Header(
    client_code="0000012345",
    client_name="ﾐﾅﾄｼ ｶｲｹｲｶﾝﾘｼﾔ",
    debit_on="1127",
    bank_code="0009",
    bank_name="ﾐﾅﾄ",
    branch_code="001",
    branch_name="ﾎﾝﾃﾝ",
    account_kind="1",
    account_number="1234567",
)
DEBIT = Debit(
    bank_code="0005",
    branch_code="101",
    account_kind="1",
    account_number="7654321",
    holder="ﾔﾏﾀﾞ ﾀﾛｳ",
    amount=12_300,
    new_code="1",
    customer_number="00001000000000000017",
)
OTHER = replace(DEBIT, account_number="0000001", amount=700, customer_number="9" * 20, new_code="0")
FILE = DebitFile(HEADER_VALUES, (DEBIT, OTHER))


def answer(*results):
    given = zip(FILE.debits, results, strict=True)
    return DebitFile(HEADER_VALUES, tuple(replace(debit, result=r) for debit, r in given))


def records(content):
    return [content[place : place + RECORD] for place in range(0, len(content), RECORD)]


def faults_of(content, *, answered=True):
    with pytest.raises(BadDebitFile) as refused:
        zengin.read(content, answered=answered)
    return list(refused.value.faults)


# the layout


@pytest.mark.parametrize(
    ("table", "places"),
    [
        (HEADER, [0, 1, 3, 4, 14, 54, 58, 62, 77, 80, 95, 96, 103]),
        (DATA, [0, 1, 5, 20, 23, 38, 42, 43, 50, 80, 90, 91, 111, 112]),
        (TRAILER, [0, 1, 7, 19, 25, 37, 43, 55]),
        (END, [0, 1]),
    ],
)
def test_each_field_stands_at_its_published_place(table, places):
    found, place = [], 0
    for field in table:
        found.append(place)
        place += field.length
    assert (found, place) == (places, 120)


def test_a_request_is_written_byte_by_byte_as_published():
    content = zengin.write(FILE, crlf=False)
    head, first, second, trailer, end = records(content)
    assert head == (
        b"1910" + b"0000012345" + "ﾐﾅﾄｼ ｶｲｹｲｶﾝﾘｼﾔ".encode("cp932").ljust(40) + b"1127" + b"0009"
        + "ﾐﾅﾄ".encode("cp932").ljust(15) + b"001" + "ﾎﾝﾃﾝ".encode("cp932").ljust(15)
        + b"11234567" + b" " * 17
    )  # fmt: skip
    assert first == (
        b"2" + b"0005" + b" " * 15 + b"101" + b" " * 15 + b" " * 4 + b"17654321"
        + "ﾔﾏﾀﾞ ﾀﾛｳ".encode("cp932").ljust(30) + b"0000012300" + b"1"
        + b"00001000000000000017" + b"0" + b" " * 8
    )  # fmt: skip
    assert second[80:112] == b"0000000700" + b"0" + b"9" * 20 + b"0"
    assert trailer == b"8" + b"000002" + b"000000013000" + b"0" * 36 + b" " * 65
    assert end == b"9" + b" " * 119


def test_an_answer_says_what_was_done_and_what_failed():
    trailer = records(zengin.write(answer("0", "1"), answered=True, crlf=False))[3]
    assert trailer == (
        b"8" + b"000002" + b"000000013000" + b"000001" + b"000000012300"
        + b"000001" + b"000000000700" + b" " * 65
    )  # fmt: skip
    assert answer("0", "1").totals(answered=True) == Totals(2, 13_000, 1, 12_300, 1, 700)


def test_records_end_with_crlf_where_the_bank_wants_it():
    plain, ended = zengin.write(FILE, crlf=False), zengin.write(FILE, crlf=True)
    assert ended == b"".join(record + b"\r\n" for record in records(plain))
    assert len(plain) == 5 * 120
    assert zengin.read(plain, answered=False) == FILE
    assert zengin.read(ended, answered=False) == FILE
    assert zengin.read(ended[:-2], answered=False) == FILE


def test_the_day_is_month_and_day():
    assert zengin.mmdd(date(2026, 4, 30)) == "0430"


# round trips

texts = st.text(st.sampled_from(sorted(ALLOWED)), max_size=15).map(lambda text: text.strip(" "))


def digits(length):
    return st.text("0123456789", min_size=length, max_size=length)


headers = st.builds(
    Header,
    client_code=digits(10),
    client_name=texts,
    debit_on=st.dates().map(zengin.mmdd),
    bank_code=digits(4),
    bank_name=texts,
    branch_code=digits(3),
    branch_name=texts,
    account_kind=st.sampled_from("129"),
    account_number=digits(7),
)
debits = st.builds(
    Debit,
    bank_code=digits(4),
    bank_name=texts,
    branch_code=digits(3),
    branch_name=texts,
    account_kind=st.sampled_from("1239"),
    account_number=digits(7),
    holder=texts,
    amount=st.integers(0, 10**10 - 1),
    new_code=st.sampled_from("012"),
    customer_number=digits(20),
    result=st.sampled_from("0123489"),
)
files = st.builds(DebitFile, headers, st.lists(debits, max_size=6).map(tuple))


@given(files, st.booleans())
def test_what_is_written_is_read_again(file, crlf):
    content = zengin.write(file, answered=True, crlf=crlf)
    assert zengin.read(content, answered=True) == file
    unanswered = DebitFile(file.header, tuple(replace(d, result="0") for d in file.debits))
    assert zengin.read(zengin.write(unanswered, crlf=crlf), answered=False) == unanswered


def money_of(file):
    done = [debit.amount for debit in file.debits if debit.result == "0"]
    return len(file.debits), sum(debit.amount for debit in file.debits), len(done), sum(done)


@given(st.data(), st.booleans())
def test_one_changed_byte_never_changes_the_money(data, crlf):
    file = answer("0", "1")
    content = bytearray(zengin.write(file, answered=True, crlf=crlf))
    place = data.draw(st.integers(0, len(content) - 1))
    content[place] = data.draw(st.integers(0, 255))
    with suppress(BadDebitFile):
        assert money_of(zengin.read(bytes(content), answered=True)) == money_of(file)


@given(st.integers(0, 5 * 122 - 3), st.booleans())
@example(0, True)
def test_a_file_that_was_cut_off_is_refused(length, crlf):
    content = zengin.write(answer("0", "1"), answered=True, crlf=crlf)
    length = min(length, len(content) - (3 if crlf else 1))
    with pytest.raises(BadDebitFile):
        zengin.read(content[:length], answered=True)


@given(st.binary(max_size=400))
@example(b"1" * 120)
@example(b"1" * 240)
def test_any_bytes_are_refused_in_words(content):
    with pytest.raises(BadDebitFile) as refused:
        zengin.read(content, answered=True)
    assert refused.value.faults[0].record >= 1


# what is wrong, and in which record


def changed(record, place, new, *, results=("0", "1")):
    """An answer with other bytes in a record, which counts from 1."""
    content = bytearray(zengin.write(answer(*results), answered=True, crlf=False))
    start = (record - 1) * RECORD + place
    content[start : start + len(new)] = new
    return bytes(content)


@pytest.mark.parametrize(
    ("record", "place", "new", "fault"),
    [
        (1, 1, b"21", Fault(1, Reason.NOT_ALLOWED, "type_code", "21")),
        (1, 3, b"1", Fault(1, Reason.NOT_ALLOWED, "character_code", "1")),
        (1, 4, b"A", Fault(1, Reason.NOT_DIGITS, "client_code", "A000012345")),
        (1, 14, "ｬ".encode("cp932"), Fault(1, Reason.CHARACTER, "client_name", "ｬ")),
        (1, 14, b" ", Fault(1, Reason.NOT_LEFT, "client_name", " ﾅﾄｼ ｶｲｹｲｶﾝﾘｼﾔ")),
        (1, 54, b"0230", Fault(1, Reason.NO_DATE, "debit_on", "0230")),
        (1, 54, b"02 0", Fault(1, Reason.NOT_DIGITS, "debit_on", "02 0")),
        (1, 95, b"3", Fault(1, Reason.NOT_ALLOWED, "account_kind", "3")),
        (1, 119, b"X", Fault(1, Reason.NOT_BLANK, "blank", "X")),
        (2, 50, b"\x81", Fault(2, Reason.CHARACTER, "holder", "0x81")),
        (2, 50, b"a", Fault(2, Reason.CHARACTER, "holder", "a")),
        (2, 80, b" ", Fault(2, Reason.NOT_DIGITS, "amount", " 000012300")),
        (2, 80, b"-000012300", Fault(2, Reason.NOT_DIGITS, "amount", "-000012300")),
        (2, 111, b"5", Fault(2, Reason.UNKNOWN_RESULT, "result", "5")),
        (3, 90, b"3", Fault(3, Reason.NOT_ALLOWED, "new_code", "3")),
        (3, 0, b"8", Fault(3, Reason.ORDER, "", "8", "2")),
        (4, 0, b"2", Fault(4, Reason.ORDER, "", "2", "8")),
        (5, 0, b"\x80", Fault(5, Reason.ORDER, "", "0x80", "9")),
        (2, 80, b"0000012301", Fault(4, Reason.AMOUNT, "amount", "13000", "13001")),
        (4, 1, b"000003", Fault(4, Reason.COUNT, "count", "3", "2")),
        (4, 24, b"2", Fault(4, Reason.DONE_AND_FAILED, "done_count", "2", "1")),
        (4, 54, b"1", Fault(4, Reason.DONE_AND_FAILED, "failed_amount", "701", "700")),
    ],
)
def test_a_fault_is_named_with_its_record(record, place, new, fault):
    assert fault in faults_of(changed(record, place, new))


def test_every_fault_is_told_at_once():
    content = bytearray(changed(2, 111, b"7"))
    content[2 * RECORD + 50] = ord("?")
    assert faults_of(bytes(content)) == [
        Fault(2, Reason.UNKNOWN_RESULT, "result", "7"),
        Fault(3, Reason.CHARACTER, "holder", "?"),
    ]


def test_a_failed_debit_that_is_called_done_does_not_add_up():
    assert faults_of(changed(3, 111, b"0")) == [
        Fault(4, Reason.DONE_AND_FAILED, "done_count", "1", "2"),
        Fault(4, Reason.DONE_AND_FAILED, "done_amount", "12300", "13000"),
        Fault(4, Reason.DONE_AND_FAILED, "failed_count", "1", "0"),
        Fault(4, Reason.DONE_AND_FAILED, "failed_amount", "700", "0"),
    ]


def test_a_request_with_results_is_none():
    content = zengin.write(answer("0", "1"), answered=True)
    assert faults_of(content, answered=False) == [Fault(3, Reason.NOT_ANSWERED, "result", "1")]
    request = zengin.write(FILE)
    assert faults_of(request)[0] == Fault(4, Reason.DONE_AND_FAILED, "done_count", "0", "2")


LINES = [record + b"\r\n" for record in records(zengin.write(FILE, crlf=False))]


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", Fault(1, Reason.EMPTY)),
        (b"".join(LINES).replace(b"\r\n", b"\n"), Fault(1, Reason.LONE_LF, value="120")),
        (LINES[0] + LINES[1][:-2] + b"\n", Fault(2, Reason.LONE_LF, value="120")),
        (LINES[0][:-2] + LINES[1], Fault(2, Reason.LINE_END, value="120")),
        (LINES[0] + LINES[1][:-2] + LINES[2], Fault(2, Reason.LINE_END, value="120")),
        (b"".join(LINES)[:-1], Fault(5, Reason.LINE_END, value="120")),
        (b"".join(LINES) + b"\r\n", Fault(6, Reason.LINE_END, value="2")),
        (b"".join(LINES) + b"\x1a", Fault(6, Reason.CUT_OFF, value="1")),
        (LINES[0] + LINES[1][:60], Fault(2, Reason.CUT_OFF, value="60")),
        (LINES[0][:60] + b"\n" + LINES[0][60:119], Fault(1, Reason.LONE_LF, value="120")),
        (LINES[0], Fault(1, Reason.CUT_OFF, value="120")),
        (LINES[0] + LINES[4], Fault(2, Reason.CUT_OFF, value="120")),
    ],
)
def test_line_ends_and_length_are_checked_first(content, fault):
    assert faults_of(content, answered=False) == [fault]


def test_what_does_not_fit_its_field_is_not_written():
    wrong = DebitFile(
        replace(HEADER_VALUES, debit_on="1301", bank_code="9", client_name="港市"),
        (replace(DEBIT, amount=10**10, holder="ｱ" * 31), replace(DEBIT, amount=-1, result="6")),
    )
    with pytest.raises(BadDebitFile) as refused:
        zengin.write(wrong)
    assert list(refused.value.faults) == [
        Fault(1, Reason.CHARACTER, "client_name", "港"),
        Fault(1, Reason.NO_DATE, "debit_on", "1301"),
        Fault(1, Reason.LENGTH, "bank_code", "9"),
        Fault(2, Reason.LENGTH, "holder", "ｱ" * 31),
        Fault(2, Reason.LENGTH, "amount", "10000000000"),
        Fault(3, Reason.NOT_DIGITS, "amount", "-000000001"),
        Fault(3, Reason.UNKNOWN_RESULT, "result", "6"),
    ]


def test_a_bank_may_take_more_characters():
    file = DebitFile(replace(HEADER_VALUES, client_name="ﾐﾅﾄｼ/ｽｲﾄﾞｳ"), FILE.debits)
    with pytest.raises(BadDebitFile):
        zengin.write(file)
    content = zengin.write(file, also="/")
    assert zengin.read(content, answered=False, also="/") == file
    assert faults_of(content, answered=False) == [Fault(1, Reason.CHARACTER, "client_name", "/")]


# names


@pytest.mark.parametrize(
    ("written", "kana"),
    [
        ("やまだ　太郎", "ﾔﾏﾀﾞ 太郎"),
        ("ヤマダ　タロウ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("ﾔﾏﾀﾞ ﾀﾛｳ", "ﾔﾏﾀﾞ ﾀﾛｳ"),
        ("キャッシュ", "ｷﾔﾂｼﾕ"),
        ("ｷｬｯｼｭ", "ｷﾔﾂｼﾕ"),
        ("サービス", "ｻ-ﾋﾞｽ"),
        ("ｻｰﾋﾞｽ", "ｻ-ﾋﾞｽ"),
        ("ヴァイオリン", "ｳﾞｱｲｵﾘﾝ"),
        ("ヲガワ ヰヱ", "ｵｶﾞﾜ ｲｴ"),
        ("ヶヵヮ", "ｹｶﾜ"),
        ("ABC－１２３（株）", "ABC-123(株)"),
        ("abc", "ABC"),
        ("ア・イ", "ｱ.ｲ"),
        ("か゛", "ｶﾞ"),
        ("は゜", "ﾊﾟ"),
        ("  ア  イ ", "ｱ ｲ"),
        ("あ゛", "ｱﾞ"),
        ("ヷヺ", "ﾜﾞｵﾞ"),
    ],
)
def test_a_name_is_brought_into_the_banks_characters(written, kana):
    assert zengin.to_zengin_kana(written) == kana


def test_the_character_that_banks_do_not_take_is_named():
    assert zengin.strange_character("ﾔﾏﾀﾞ 太郎") == "太"
    assert zengin.strange_character("ﾔﾏﾀﾞ.(ｶ)-1") is None
    assert zengin.strange_character("A/B", also="/") is None


KANA = "".join(map(chr, (*range(0x3041, 0x3095), *range(0x30A1, 0x30FB), *range(0xFF71, 0xFFA0))))


@given(st.text(KANA + " 　ーｰABCabc０１２"))
def test_kana_of_any_kind_come_out_right_and_stay_so(text):
    kana = zengin.to_zengin_kana(text)
    assert zengin.strange_character(kana) is None
    assert zengin.to_zengin_kana(kana) == kana
