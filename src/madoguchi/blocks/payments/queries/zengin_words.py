"""The words for what is wrong with a debit file."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from madoguchi.blocks.payments.zengin import Fault, Reason

FIELDS: Final[dict[str, Promise]] = {
    "record_kind": gettext_lazy("kind of record"),
    "type_code": gettext_lazy("type code"),
    "character_code": gettext_lazy("character code"),
    "client_code": gettext_lazy("client code"),
    "client_name": gettext_lazy("client name"),
    "debit_on": gettext_lazy("day of the debit"),
    "bank_code": gettext_lazy("bank"),
    "bank_name": gettext_lazy("name of the bank"),
    "branch_code": gettext_lazy("branch"),
    "branch_name": gettext_lazy("name of the branch"),
    "account_kind": gettext_lazy("kind of account"),
    "account_number": gettext_lazy("account number"),
    "holder": gettext_lazy("account holder"),
    "amount": gettext_lazy("amount"),
    "new_code": gettext_lazy("new code"),
    "customer_number": gettext_lazy("customer number"),
    "result": gettext_lazy("result code"),
    "count": gettext_lazy("number of debits"),
    "done_count": gettext_lazy("number debited"),
    "done_amount": gettext_lazy("amount debited"),
    "failed_count": gettext_lazy("number not debited"),
    "failed_amount": gettext_lazy("amount not debited"),
    "blank": gettext_lazy("blank part"),
}

REASONS: Final[dict[Reason, Promise]] = {
    Reason.EMPTY: gettext_lazy("The file is empty."),
    Reason.CUT_OFF: gettext_lazy("The file is cut off: %(value)s bytes are left for this record."),
    Reason.LONE_LF: gettext_lazy("The record ends with LF alone. Banks use CRLF or nothing."),
    Reason.LINE_END: gettext_lazy("The record does not end like the others, after 120 bytes."),
    Reason.ORDER: gettext_lazy("A record of kind “%(value)s” stands where %(expected)s belongs."),
    Reason.CHARACTER: gettext_lazy("“%(value)s” is no character for banks (%(field)s)."),
    Reason.NOT_DIGITS: gettext_lazy("“%(value)s” is not digits only (%(field)s)."),
    Reason.NOT_LEFT: gettext_lazy("“%(value)s” does not begin at the left (%(field)s)."),
    Reason.NOT_BLANK: gettext_lazy("“%(value)s” stands in a part that is to be blank."),
    Reason.NOT_ALLOWED: gettext_lazy("“%(value)s” is not possible here (%(field)s)."),
    Reason.NO_DATE: gettext_lazy("“%(value)s” is no day that there is."),
    Reason.UNKNOWN_RESULT: gettext_lazy("“%(value)s” is no result code that is known."),
    Reason.LENGTH: gettext_lazy("“%(value)s” has not the length of its field (%(field)s)."),
    Reason.COUNT: gettext_lazy("The trailer counts %(value)s debits; there are %(expected)s."),
    Reason.AMOUNT: gettext_lazy("The trailer says %(value)s yen; the debits are %(expected)s yen."),
    Reason.DONE_AND_FAILED: gettext_lazy(
        "The trailer says %(value)s (%(field)s); by the result codes it is %(expected)s."
    ),
    Reason.NOT_ANSWERED: gettext_lazy("A request has result code 0, not “%(value)s”."),
}


def say_fault(fault: Fault) -> str:
    """Record and reason in the reader's language."""
    reason = str(REASONS[fault.reason]) % {
        "field": FIELDS.get(fault.field, fault.field),
        "value": fault.value,
        "expected": fault.expected,
    }
    return _("Record %(record)d: %(reason)s") % {"record": fault.record, "reason": reason}
