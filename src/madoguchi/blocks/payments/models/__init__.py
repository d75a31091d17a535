"""The tables of payments."""

from madoguchi.blocks.payments.models.bills import Bill, ChannelChoice, NumberSeries, Slip
from madoguchi.blocks.payments.models.cards import (
    CardPayment,
    CardReconciliation,
    ProviderEvent,
    SavedCard,
)
from madoguchi.blocks.payments.models.debit import DebitItem, DebitRun, Mandate
from madoguchi.blocks.payments.models.dunning import Demand
from madoguchi.blocks.payments.models.intake import CollectionFile, WorkItem
from madoguchi.blocks.payments.models.ledger import (
    Account,
    DailyClose,
    DailyCloseLine,
    FactRecord,
    LedgerEntry,
    Payment,
    PaymentMove,
    Refund,
)
from madoguchi.blocks.payments.models.profiles import (
    ChannelCost,
    DebitProfile,
    DunningRule,
    ElqrProfile,
    FeeKindOffice,
    StoreProfile,
)
from madoguchi.blocks.payments.models.receipts import Receipt
from madoguchi.blocks.payments.models.runs import BillingRun, RunBatch

__all__ = [
    "Account",
    "Bill",
    "BillingRun",
    "CardPayment",
    "CardReconciliation",
    "ChannelChoice",
    "ChannelCost",
    "CollectionFile",
    "DailyClose",
    "DailyCloseLine",
    "DebitItem",
    "DebitProfile",
    "DebitRun",
    "Demand",
    "DunningRule",
    "ElqrProfile",
    "FactRecord",
    "FeeKindOffice",
    "LedgerEntry",
    "Mandate",
    "NumberSeries",
    "Payment",
    "PaymentMove",
    "ProviderEvent",
    "Receipt",
    "Refund",
    "RunBatch",
    "SavedCard",
    "Slip",
    "StoreProfile",
    "WorkItem",
]
