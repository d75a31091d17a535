"""The tables of the one-stop window."""

from madoguchi.services.onestop.models.contracts import Contract, ContractMember, WorkError
from madoguchi.services.onestop.models.visits import Call, HandOver, StepChange, Visit, VisitStep
from madoguchi.services.onestop.models.windows import ServingRule, WayChoice, Window

__all__ = [
    "Call",
    "Contract",
    "ContractMember",
    "HandOver",
    "ServingRule",
    "StepChange",
    "Visit",
    "VisitStep",
    "WayChoice",
    "Window",
    "WorkError",
]
