"""Contracts, mandates and answers of a bank for tests of bank debit."""

from dataclasses import replace
from datetime import date
from itertools import count

from madoguchi.blocks.payments import zengin
from madoguchi.blocks.payments.models import DebitProfile
from madoguchi.blocks.payments.operations.debit import debit_file
from madoguchi.blocks.payments.operations.mandates import NewMandate, register_mandate

LONG_AGO = date(2025, 4, 1)

_accounts = count(1)


def make_contract(fee_kind="", **given):
    values = {
        "from_on": LONG_AGO,
        "client_code": "0000012345",
        "client_name_kana": "ｶｸｳｼ ｶｲｹｲｶ",
        "bank_code": "0009",
        "branch_code": "001",
        "account_kind": "1",
        "account_number": "7000001",
    }
    return DebitProfile.objects.create(fee_kind=fee_kind, **values | given)


def make_mandate(payer, **given):
    values = {
        "bank_code": "0005",
        "branch_code": "101",
        "account_kind": "1",
        "account_number": f"{next(_accounts):07d}",
        "holder": "ノウニュウ　ハナコ",
        "from_on": LONG_AGO,
    }
    return register_mandate(NewMandate(payer=payer, **values | given), by=None)


def answer_to(run, *results, crlf=True, **header):
    """The bank's answer to a run: a result for each record, in order."""
    request = zengin.read(debit_file(run), answered=False)
    given = zip(request.debits, results, strict=True)
    debits = tuple(replace(debit, result=result) for debit, result in given)
    answer = zengin.DebitFile(replace(request.header, **header), debits)
    return zengin.write(answer, answered=True, crlf=crlf)
