"""The front door of payments: what services and other apps may use."""

from madoguchi.blocks.payments.operations.assigning import (
    NoMoney,
    PaymentIdentified,
    assign_payment,
)
from madoguchi.blocks.payments.operations.bills import (
    AmountDoesNotFit,
    BillCancelled,
    BillExists,
    BillPaid,
    BillWithBank,
    BillWrittenOff,
    NewBill,
    cancel_bill,
    issue_bills,
)
from madoguchi.blocks.payments.operations.booking import (
    BadFact,
    Booked,
    MoreThanOwed,
    book,
    take_at_counter,
)
from madoguchi.blocks.payments.operations.card_charges import Charged, charge_saved_cards
from madoguchi.blocks.payments.operations.card_reconciliation import reconcile_cards
from madoguchi.blocks.payments.operations.closing import (
    DayClosed,
    DayNotOver,
    EarlierDayOpen,
    close_day,
)
from madoguchi.blocks.payments.operations.debit import (
    answer_of,
    debit_file,
    make_debit_run,
    read_debit_result,
)
from madoguchi.blocks.payments.operations.dunning import draw_up_demands, send_demands
from madoguchi.blocks.payments.operations.mandates import (
    NewMandate,
    end_mandate,
    register_mandate,
)
from madoguchi.blocks.payments.operations.profiles import add_profile
from madoguchi.blocks.payments.operations.refunds import (
    NothingToRefund,
    RefundEnded,
    RefundOpen,
    decide_refund,
    end_refund,
)
from madoguchi.blocks.payments.operations.runs import (
    NothingToPrint,
    RunHeld,
    RunOpen,
    continue_run,
    start_run,
)
from madoguchi.blocks.payments.operations.slips import (
    AddresseeUnknown,
    NothingDue,
    PayByPast,
    SlipNotPrintable,
    TooManyReissues,
    make_slips,
    reissue_slip,
    slip_pdf,
)
from madoguchi.blocks.payments.operations.work import resolve_work_item
from madoguchi.blocks.payments.operations.write_offs import (
    NothingOwed,
    NotWrittenOff,
    reverse_write_off,
    write_off,
)
from madoguchi.blocks.payments.queries.balances import balances
from madoguchi.blocks.payments.queries.bills import (
    BillLine,
    bills_of,
    payments_of,
)
from madoguchi.blocks.payments.queries.cards import (
    CardDay,
    card_registrations,
    provider,
)
from madoguchi.blocks.payments.queries.closing import days_due
from madoguchi.blocks.payments.queries.collected import (
    ChannelCostTotal,
    ChannelTotal,
    DailyTotal,
    collected_by_channel,
    collection_rate,
    cost_by_channel,
    daily_totals,
    payments_by_channel,
)
from madoguchi.blocks.payments.queries.debit import bills_with_bank
from madoguchi.blocks.payments.queries.labels import channel_label, fee_kind_label
from madoguchi.blocks.payments.queries.lookup import OpenBill, find_bill, open_bills
from madoguchi.blocks.payments.queries.measures import ChannelLabels, Measures
from madoguchi.blocks.payments.queries.profiles import (
    channel_costs,
    cost_in_force,
    responsible_department,
)
from madoguchi.blocks.payments.queries.runs import run_progress
from madoguchi.blocks.payments.queries.statistics import (
    Year,
    figure_charts,
    figures_now,
    kept_figures,
    row_label,
    what_if,
    year_to_reckon_with,
)
from madoguchi.blocks.payments.rules.balances import BillBalance, Collected
from madoguchi.blocks.payments.rules.cards import CardProvider, card_providers
from madoguchi.blocks.payments.rules.channels import Channel, Fact, FactKind
from madoguchi.blocks.payments.rules.fee_kinds import Addressee, FeeKind, fee_kinds
from madoguchi.blocks.payments.rules.payer_access import (
    PayerDirectory,
    payer_directories,
)

__all__ = [
    "Addressee",
    "AddresseeUnknown",
    "AmountDoesNotFit",
    "BadFact",
    "BillBalance",
    "BillCancelled",
    "BillExists",
    "BillLine",
    "BillPaid",
    "BillWithBank",
    "BillWrittenOff",
    "Booked",
    "CardDay",
    "CardProvider",
    "Channel",
    "ChannelCostTotal",
    "ChannelLabels",
    "ChannelTotal",
    "Charged",
    "Collected",
    "DailyTotal",
    "DayClosed",
    "DayNotOver",
    "EarlierDayOpen",
    "Fact",
    "FactKind",
    "FeeKind",
    "Measures",
    "MoreThanOwed",
    "NewBill",
    "NewMandate",
    "NoMoney",
    "NotWrittenOff",
    "NothingDue",
    "NothingOwed",
    "NothingToPrint",
    "NothingToRefund",
    "OpenBill",
    "PayByPast",
    "PayerDirectory",
    "PaymentIdentified",
    "RefundEnded",
    "RefundOpen",
    "RunHeld",
    "RunOpen",
    "SlipNotPrintable",
    "TooManyReissues",
    "Year",
    "add_profile",
    "answer_of",
    "assign_payment",
    "balances",
    "bills_of",
    "bills_with_bank",
    "book",
    "cancel_bill",
    "card_providers",
    "card_registrations",
    "channel_costs",
    "channel_label",
    "charge_saved_cards",
    "close_day",
    "collected_by_channel",
    "collection_rate",
    "continue_run",
    "cost_by_channel",
    "cost_in_force",
    "daily_totals",
    "days_due",
    "debit_file",
    "decide_refund",
    "draw_up_demands",
    "end_mandate",
    "end_refund",
    "fee_kind_label",
    "fee_kinds",
    "figure_charts",
    "figures_now",
    "find_bill",
    "issue_bills",
    "kept_figures",
    "make_debit_run",
    "make_slips",
    "open_bills",
    "payer_directories",
    "payments_by_channel",
    "payments_of",
    "provider",
    "read_debit_result",
    "reconcile_cards",
    "register_mandate",
    "reissue_slip",
    "resolve_work_item",
    "responsible_department",
    "reverse_write_off",
    "row_label",
    "run_progress",
    "send_demands",
    "slip_pdf",
    "start_run",
    "take_at_counter",
    "what_if",
    "write_off",
    "year_to_reckon_with",
]
