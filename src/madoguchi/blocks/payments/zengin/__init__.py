"""Bank debit files (全銀 預金口座振替), free of Django: 120-byte records out and back.

``write`` makes the bytes of a request or of its answer, ``read`` checks and takes them apart,
``to_zengin_kana`` brings a name into the characters that banks take. The layout is the bankers'
association's 預金口座振替 (type 91); its fields stand as tables in ``layout``.
"""

from madoguchi.blocks.payments.zengin.faults import BadDebitFile, Fault, Reason
from madoguchi.blocks.payments.zengin.kana import strange_character, to_zengin_kana
from madoguchi.blocks.payments.zengin.layout import NewCode, Result
from madoguchi.blocks.payments.zengin.reading import read
from madoguchi.blocks.payments.zengin.records import Debit, DebitFile, Header, Totals, mmdd
from madoguchi.blocks.payments.zengin.writing import write

__all__ = [
    "BadDebitFile",
    "Debit",
    "DebitFile",
    "Fault",
    "Header",
    "NewCode",
    "Reason",
    "Result",
    "Totals",
    "mmdd",
    "read",
    "strange_character",
    "to_zengin_kana",
    "write",
]
