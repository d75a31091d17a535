"""The words for what the reader of collection files says in codes."""

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.collection.profiles import CSV, LAYOUTS
from madoguchi.blocks.payments.collection.records import Fault
from madoguchi.blocks.payments.rules.channels import FactKind

LAYOUT_WORDS: Final[dict[str, Promise]] = {
    "a": gettext_lazy("Layout A (120 bytes)"),
    "b": gettext_lazy("Layout B (120 bytes, header, split barcode)"),
    CSV: gettext_lazy("CSV (DSK)"),
}
LAYOUT_CHOICES: Final = [
    ("", gettext_lazy("Found by itself")),
    *((code, LAYOUT_WORDS[code]) for code in LAYOUTS),
]

KIND_WORDS: Final[dict[FactKind, Promise]] = {
    FactKind.PROVISIONAL: gettext_lazy("Provisional receipts"),
    FactKind.REVERSAL: gettext_lazy("Reversals of provisional receipts"),
    FactKind.SETTLEMENT: gettext_lazy("Settlements"),
}

FIELD_WORDS: Final[dict[str, Promise]] = {
    "agent": gettext_lazy("agent’s code"),
    "biller": gettext_lazy("biller’s code"),
    "biller_name": gettext_lazy("biller’s name"),
    "chain": gettext_lazy("chain’s code"),
}

NOTES: Final[dict[str, Promise]] = {
    "trailer_unknown": gettext_lazy(
        "Where the trailer of this layout has its count and total is not known: nothing was "
        "compared with it."
    ),
    "trailer_blank": gettext_lazy(
        "The trailer leaves its count or total out: that was not compared."
    ),
    "no_trailer": gettext_lazy(
        "A CSV has no trailer: rows missing at its end would not be noticed."
    ),
}

FAULTS: Final[dict[str, Promise]] = {
    "empty": gettext_lazy("The file is empty."),
    "pdf": gettext_lazy("The file is a PDF, not a collection file."),
    "archive": gettext_lazy("The file is a compressed archive. Unpack it first."),
    "utf16": gettext_lazy("The file is in UTF-16. Collection files are in Shift_JIS."),
    "binary": gettext_lazy("The file is not a text."),
    "layout_unknown": gettext_lazy(
        "The file has none of the known layouts: neither A nor B nor CSV."
    ),
    "layout_ambiguous": gettext_lazy("The file fits more than one layout. Name its layout."),
    "length": gettext_lazy(
        "The record has %(found)s bytes instead of %(wanted)s (counted in Shift_JIS)."
    ),
    "length_more": gettext_lazy("The record has more than %(found)s bytes instead of %(wanted)s."),
    "control": gettext_lazy("There is a control character in the record."),
    "encoding": gettext_lazy("The record is not in Shift_JIS (byte %(at)s)."),
    "cut_character": gettext_lazy("A character is cut in two at the edge of a field: %(field)s."),
    "record_type": gettext_lazy("“%(found)s” is no type of a record (1, 2, 8 or 9)."),
    "order": gettext_lazy("A record of type %(found)s cannot come after type %(after)s."),
    "no_end": gettext_lazy("The file ends without its end record (9): it was cut off."),
    "kind": gettext_lazy("“%(found)s” is no kind of data that is known in this layout."),
    "kind_postal": gettext_lazy(
        "Kind %(found)s (%(name)s) is a postal transfer, not a payment at a store. "
        "Have the agent deliver it in a file of its own."
    ),
    "date": gettext_lazy("“%(found)s” is no day that there is."),
    "future": gettext_lazy("The payment lies in the future: %(found)s."),
    "time": gettext_lazy("“%(found)s” is no time of day."),
    "barcode_length": gettext_lazy("The barcode has not 44 digits: “%(found)s”."),
    "barcode_not_digits": gettext_lazy("The barcode has other signs than digits: “%(found)s”."),
    "barcode_identifier": gettext_lazy("The barcode does not begin with 91: “%(found)s”."),
    "barcode_check_digit": gettext_lazy("The check digit of the barcode is wrong: “%(found)s”."),
    "barcode_date": gettext_lazy("The barcode’s last day is no day that there is: “%(found)s”."),
    "barcode_stamp": gettext_lazy(
        "The barcode asks for a revenue stamp, which public money never needs: “%(found)s”."
    ),
    "amount_zero": gettext_lazy("The amount is 0: “%(found)s”."),
    "amount_negative": gettext_lazy("The amount is below 0: “%(found)s”."),
    "amount_digits": gettext_lazy("The amount is no whole number: “%(found)s”."),
    "amount_overflow": gettext_lazy("The amount has more than six digits: “%(found)s”."),
    "amount_differs": gettext_lazy(
        "The amount is %(stated)s yen, but the barcode says %(barcode)s yen."
    ),
    "stamp_differs": gettext_lazy(
        "The stamp flag is “%(stated)s”, but the barcode says %(barcode)s."
    ),
    "store": gettext_lazy("“%(found)s” is no code of a store."),
    "code": gettext_lazy(
        "Other signs than letters and digits in a field (%(field)s): “%(found)s”."
    ),
    "trailer_digits": gettext_lazy("The trailer has no number in its totals: “%(found)s”."),
    "trailer_count": gettext_lazy("The trailer counts %(stated)s records, but %(read)s were read."),
    "trailer_total": gettext_lazy("The trailer says %(stated)s yen, but %(read)s were read."),
    "line_too_long": gettext_lazy("The line is longer than %(limit)s bytes."),
    "encoding_csv": gettext_lazy(
        "The line is neither in Shift_JIS nor in UTF-8, or not in the encoding of the others."
    ),
    "csv": gettext_lazy("The quotation marks of the line do not match."),
    "columns": gettext_lazy("The line has %(found)s columns instead of %(wanted)s."),
    "heading": gettext_lazy("The heading says “%(found)s” instead of “%(wanted)s”."),
}


def say_fault(fault: Fault) -> str:
    """Where and why, in the reader's language."""
    reason = fault_reason(fault)
    if not fault.line:
        return reason
    return _("Line %(line)d: %(reason)s") % {"line": fault.line, "reason": reason}


def fault_reason(fault: Fault) -> str:
    """Why, without the line."""
    values: dict[str, object] = {**fault.values}
    if "field" in values:
        values["field"] = FIELD_WORDS.get(str(values["field"]), values["field"])
    for name in ("stated", "read", "barcode"):
        if isinstance(values.get(name), int):
            values[name] = f"{values[name]:,}"
    code = "length_more" if values.get("more") else fault.code
    return str(FAULTS[code] % values)


def say_notes(summary: Mapping[str, Any]) -> list[str]:
    """What a clerk should know of a file that was read, though nothing is wrong with it."""
    said = [str(NOTES[code]) for code in summary.get("notes", [])]
    return [*said, *(_repeat(line, before) for line, before in summary.get("repeated", []))]


def _repeat(line: int, before: int) -> str:
    return _(
        "Line %(line)d says the same as line %(before)d. It was booked once; ask the collector "
        "whether the slip was paid twice within a minute."
    ) % {"line": line, "before": before}
