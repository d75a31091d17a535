"""Codes in the reader's language."""

from madoguchi.blocks.payments.models import ChannelChoice
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds


def channel_label(channel: Channel | str) -> str:
    return str(ChannelChoice(str(channel)).label)


def fee_kind_label(code: str) -> str:
    """The label of a fee kind; its code where the service that knew it was taken out."""
    kind = fee_kinds.get(code)
    return code if kind is None else str(kind.label)
