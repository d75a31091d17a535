"""The tables of procedures."""

from madoguchi.blocks.procedures.models.applications import (
    Application,
    ApplicationEvent,
    Attachment,
    Case,
    Letter,
    Message,
)
from madoguchi.blocks.procedures.models.definitions import Procedure, ProcedureVersion
from madoguchi.blocks.procedures.models.guide import GuideVersion

__all__ = [
    "Application",
    "ApplicationEvent",
    "Attachment",
    "Case",
    "GuideVersion",
    "Letter",
    "Message",
    "Procedure",
    "ProcedureVersion",
]
