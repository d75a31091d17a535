"""Who may open which of these addresses, and something behind each of those for staff."""

from datetime import date

from madoguchi.blocks.procedures.models import Case
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import (
    Call,
    Contract,
    ContractMember,
    HandOver,
    Visit,
    VisitStep,
    Window,
    WorkError,
)
from madoguchi.services.onestop.rules.access import AUDITOR, CLERK, COMPOSER, DECIDER, OPERATOR
from tests.factories import make_user

PUBLIC = "public"
DESK = (CLERK, DECIDER, OPERATOR, AUDITOR)
READERS = (CLERK, DECIDER, AUDITOR)
CITY = (CLERK, DECIDER)
RULES = (CLERK, DECIDER, COMPOSER, AUDITOR)

ACCESS: dict[str, str | tuple[str, ...]] = {
    "onestop:index": PUBLIC,
    "onestop:figures": PUBLIC,
    "onestop:figure": PUBLIC,
    "onestop_staff:desk": DESK,
    # an operator who works under no contract sees no visit and no contract
    "onestop_staff:visit": READERS,
    "onestop_staff:steps": CITY,
    "onestop_staff:seat": CITY,
    "onestop_staff:call": CITY,
    "onestop_staff:call_end": CITY,
    "onestop_staff:close": CITY,
    "onestop_staff:slip": READERS,
    "onestop_staff:calls": READERS,
    "onestop_staff:call_take": CITY,
    "onestop_staff:call_arrive": CITY,
    "onestop_staff:call_give_back": CITY,
    "onestop_staff:hand_overs": READERS,
    "onestop_staff:hand_over_table": READERS,
    "onestop_staff:hand_over_print": READERS,
    "onestop_staff:hand_over_take": CITY,
    "onestop_staff:hand_over_done": CITY,
    "onestop_staff:hand_over_back": CITY,
    "onestop_staff:error": CITY,
    "onestop_staff:contracts": DESK,
    "onestop_staff:contract": READERS,
    "onestop_staff:contract_table": READERS,
    "onestop_staff:contract_add": (DECIDER,),
    "onestop_staff:contract_change": (DECIDER,),
    "onestop_staff:member_add": (DECIDER,),
    "onestop_staff:member_end": (DECIDER,),
    "onestop_staff:error_withdraw": (DECIDER,),
    "onestop_staff:windows": RULES,
    "onestop_staff:window": RULES,
    "onestop_staff:window_add": (COMPOSER,),
    "onestop_staff:window_change": (COMPOSER,),
    "onestop_staff:rule_add": (COMPOSER,),
}
CHANGES: dict[str, tuple[str, ...]] = {"onestop_staff:desk": (CLERK, DECIDER, OPERATOR)}


def args(department):
    """Arguments by the whole name of an address; ``department`` is the tester's own."""
    contract = Contract.objects.create(
        code="intake",
        title="受付業務委託",
        operator="見本サービス株式会社",
        department=department,
        starts_on=date(2025, 4, 1),
        ends_on=date(2035, 4, 1),
        agreed_volume=100,
        agreed_minutes=40,
        agreed_errors=5,
    )
    member = ContractMember.objects.create(
        contract=contract, user=make_user("contracted"), from_on=date(2025, 4, 1)
    )
    step = _step(department, contract)
    visit, now = step.visit, step.changed_at
    call = Call.objects.create(visit=visit, department=department, called_at=now)
    entry = HandOver.objects.create(step=step, department=department, made_at=now)
    error = WorkError.objects.create(step=step, contract=contract, kind="item", recorded_at=now)
    of_visit = ("visit", "steps", "seat", "call", "close", "slip")
    of_call = ("call_take", "call_arrive", "call_give_back")
    of_entry = ("hand_over_take", "hand_over_done", "hand_over_back", "error")
    of_contract = ("contract", "contract_table", "contract_change", "member_add")
    of_window = ("window", "window_change", "rule_add")
    found = {
        **dict.fromkeys(of_visit, (visit.public_id,)),
        **dict.fromkeys(of_call, (call.pk,)),
        **dict.fromkeys(of_entry, (entry.pk,)),
        **dict.fromkeys(of_contract, (contract.code,)),
        **dict.fromkeys(of_window, (visit.window.code,)),
        "call_end": (visit.public_id, call.pk),
        "member_end": (contract.code, member.pk),
        "error_withdraw": (contract.code, error.pk),
    }
    return {f"onestop_staff:{name}": values for name, values in found.items()}


def _step(department, contract):
    """A step of an open visit, for which the resident goes to a counter."""
    now = clock.now()
    Case.objects.create(
        number="AB12CD34", code_digest="0" * 64, channel="home", begun_at=now, checklist=[]
    )
    window = Window.objects.create(
        code="onestop",
        title="総合窓口",
        department=department,
        place="1階",
        hours="平日",
        opened_on=date(2025, 4, 1),
    )
    visit = Visit.objects.create(
        public_id="abc123", case_number="AB12CD34", window=window, opened_at=now, moved_at=now
    )
    return VisitStep.objects.create(
        visit=visit,
        place=1,
        procedure="notice",
        title="転入届",
        counter="住民課",
        department=department,
        way="window",
        state="goes",
        changed_at=now,
        contract=contract,
    )
