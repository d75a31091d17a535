"""Codes in the reader's language."""

from madoguchi.blocks.payments.models import ChannelChoice
from madoguchi.blocks.payments.rules.channels import Channel
from madoguchi.blocks.payments.rules.fee_kinds import fee_kinds
from madoguchi.blocks.payments.rules.payer_access import payer_directories


def channel_label(channel: Channel | str) -> str:
    return str(ChannelChoice(str(channel)).label)


def fee_kind_label(code: str) -> str:
    """The label of a fee kind; its code where the service that knew it was taken out."""
    kind = fee_kinds.get(code)
    return code if kind is None else str(kind.label)


def payer_label(reference: str) -> str:
    """A payer reference (``water:1000065``) as the desk reads it: service and customer number."""
    service, _sign, number = reference.partition(":")
    directory = payer_directories.get(service)
    return reference if directory is None else f"{directory.label} {number}"
