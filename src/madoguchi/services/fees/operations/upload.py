"""A table of decisions, as another system of the city hands it over: all of it or nothing."""

import re
from dataclasses import dataclass

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import csvtable
from madoguchi.kernel.refused import Refused
from madoguchi.services.fees import rules
from madoguchi.services.fees.models import Assessment, Payer
from madoguchi.services.fees.operations.assessments import Decision, assess

HEADINGS = ("番号", "氏名", "フリガナ", "郵便番号", "住所", "金額", "開始月", "終了月")
MOST_FAULTS = 100
HIGHEST = 10_000_000
LENGTHS = (("氏名", 100, True), ("フリガナ", 100, False), ("住所", 200, True))
"""Columns of text: the most characters, and whether something must stand there."""

WHY = {
    "encoding": _("The file is neither UTF-8 nor Shift_JIS. Save it as CSV once more."),
    "binary": _("The file is no CSV."),
    "empty": _("The file is empty."),
    "columns": _("The first line lacks these headings: %(what)s."),
    "rows": _("The file has too many rows. Split it."),
}

NUMBER = _("The customer number has 1 to 10 digits or capital letters.")
AMOUNT = _("The amount is a whole number of yen, at most 10,000,000.")
MONTH = _("A month is a number from 1 to 12.")
SPAN = _("The first month lies after the last one.")
TWICE = _("This customer number stands in line %(line)s already.")
MISSING = _("“%(heading)s” is empty.")
POSTAL = _("A postal code looks like 100-0001.")
LONG = _("“%(heading)s” is longer than %(most)s characters.")
ERASED = _("What was held under this customer number was erased. Give the payer a new number.")


@dataclass(frozen=True, slots=True)
class Fault:
    line: int
    text: str


class TableRefused(Refused):
    """``faults`` are the first hundred; ``count`` is how many there are."""

    message = _("Nothing was taken over: the file has %(count)s faults.")

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(count=len(faults))
        self.faults = faults[:MOST_FAULTS]


class NotATable(Refused):
    """The file could not be read as a table at all."""

    def __init__(self, why: csvtable.NoTable) -> None:
        super().__init__(what="、".join(why.what))
        self.message = WHY[why.code]


@transaction.atomic
def upload_assessments(
    *, kind: str, fiscal_year: int, content: bytes, by: User | None
) -> list[Assessment]:
    """Keep every decision of the table; payers who are new are added, others take over name and
    address. Raises NotATable, TableRefused, NoRule: then nothing was kept.
    """
    try:
        table = csvtable.read(content, HEADINGS)
    except csvtable.NoTable as why:
        raise NotATable(why) from None
    faults = _faults(table)
    if faults:
        raise TableRefused(faults)
    payers = _payers(table)
    decisions = [
        Decision(
            payer=payers[row["番号"]],
            amount=int(row["金額"].replace(",", "")),
            first_month=int(row["開始月"] or 4),
            last_month=int(row["終了月"] or 3),
        )
        for row in table
    ]
    return assess(kind=kind, fiscal_year=fiscal_year, decisions=decisions, by=by)


def _payers(table: list[csvtable.Row]) -> dict[str, Payer]:
    Payer.objects.bulk_create(
        [
            Payer(
                number=row["番号"],
                name=row["氏名"],
                name_kana=row["フリガナ"],
                postal_code=row["郵便番号"],
                address=row["住所"],
            )
            for row in table
        ],
        update_conflicts=True,
        unique_fields=["number"],
        update_fields=["name", "name_kana", "postal_code", "address"],
    )
    found = Payer.objects.filter(number__in=[row["番号"] for row in table])
    return {payer.number: payer for payer in found}


def _faults(table: list[csvtable.Row]) -> list[Fault]:
    faults: list[Fault] = []
    first_lines: dict[str, int] = {}
    erased = set(Payer.objects.exclude(erased_at=None).values_list("number", flat=True))
    for row in table:
        faults += [Fault(row.line, text) for text in _faults_of(row)]
        if row["番号"] in erased:
            faults.append(Fault(row.line, str(ERASED)))
        before = first_lines.setdefault(row["番号"], row.line)
        if before != row.line:
            faults.append(Fault(row.line, str(TWICE) % {"line": before}))
    return faults


def _faults_of(row: csvtable.Row) -> list[str]:
    checks: list[tuple[bool, Promise]] = [
        (re.fullmatch(r"[0-9A-Z]{1,10}", row["番号"]) is not None, NUMBER),
        (_is_amount(row["金額"]), AMOUNT),
        (re.fullmatch(r"[0-9]{3}-?[0-9]{4}", row["郵便番号"]) is not None, POSTAL),
    ]
    months = (row["開始月"] or "4", row["終了月"] or "3")
    are_months = all(re.fullmatch(r"[1-9]|1[0-2]", month) for month in months)
    checks.append((are_months, MONTH))
    if are_months:
        checks.append((_is_span(*map(int, months)), SPAN))
    found = [str(words) for is_right, words in checks if not is_right]
    for heading, most, is_needed in LENGTHS:
        if is_needed and not row[heading]:
            found.append(str(MISSING) % {"heading": heading})
        elif len(row[heading]) > most:
            found.append(str(LONG) % {"heading": heading, "most": most})
    return found


def _is_amount(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})*|[0-9]{1,8}", text)) and (
        int(text.replace(",", "")) <= HIGHEST
    )


def _is_span(first: int, last: int) -> bool:
    try:
        rules.months_between(first, last)
    except rules.NoSuchSpan:
        return False
    return True
