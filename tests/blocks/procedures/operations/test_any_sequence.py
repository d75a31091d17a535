"""Whatever applicant, clerk and decider do in whatever order: the history tells how it stands, an
end is an end, and nothing is decided twice. An oracle that knows only the rules in words keeps
watch."""

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madoguchi.blocks.procedures.models import ApplicationEvent, Letter
from madoguchi.blocks.procedures.operations.applications import resend, take_step, withdraw
from madoguchi.kernel.refused import Refused
from tests.blocks.procedures.factories import (
    BENEFIT,
    TODAY,
    make_application,
    make_procedures,
    make_staff,
)

pytestmark = pytest.mark.django_db

# the oracle: who may do what where, written down from the description of the way
ALLOWED = {
    ("submitted", "clerk", "examine"): "examined",
    ("submitted", "clerk", "return_submitted"): "returned",
    ("examined", "clerk", "return_examined"): "returned",
    ("examined", "decider", "grant"): "granted",
    ("examined", "decider", "refuse"): "refused",
    ("submitted", "applicant", "withdraw"): "withdrawn",
    ("examined", "applicant", "withdraw"): "withdrawn",
    ("returned", "applicant", "withdraw"): "withdrawn",
    ("returned", "applicant", "resend"): "submitted",
}
# who decides may prepare as well
ALLOWED |= {
    (state, "decider", action): target
    for (state, who, action), target in ALLOWED.items()
    if who == "clerk"
}
STEPS = ["examine", "return_submitted", "return_examined", "grant", "refuse", "resend"]
ACTIONS = st.one_of(
    st.tuples(st.sampled_from(["clerk", "decider"]), st.sampled_from(STEPS)),
    st.tuples(st.just("applicant"), st.sampled_from(["withdraw", "resend"])),
)


@pytest.fixture
def staff():
    _notice, benefit = make_procedures()
    clerk, decider = make_staff(benefit.department)
    return {"clerk": clerk, "decider": decider}


def act(application, who, action, staff, edit):
    if who == "applicant":
        if action == "withdraw":
            return withdraw(application=application, edit=edit)
        return resend(application=application, values={"bank.name": "別の銀行"}, edit=edit)
    return take_step(
        application=application, step=action, edit=edit, note="理由", by=staff[who], today=TODAY
    )


class Undo(Exception):
    """Takes an example back before the next one."""


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(actions=st.lists(st.tuples(ACTIONS, st.integers(min_value=0, max_value=1)), max_size=10))
def test_history_and_state_agree(staff, actions):
    try:
        with transaction.atomic():
            follow(staff, actions)
            raise Undo
    except Undo:
        pass


def follow(staff, actions):
    application = make_application(BENEFIT)
    state, history, edit = "submitted", [("sent", "", "submitted")], application.edit
    for (who, action), behind in actions:
        target = ALLOWED.get((state, who, action))
        try:
            act(application, who, action, staff, edit - behind)
        except Refused:
            assert target is None or behind
            continue
        assert target is not None
        assert not behind
        named = {"withdraw": "withdrawn", "resend": "resent"}.get(action, action)
        history.append((named, state, target))
        state, edit = target, edit + 1
    application.refresh_from_db()
    events = list(ApplicationEvent.objects.filter(application=application))
    assert [(each.action, each.source, each.target) for each in events] == history
    assert [each.number for each in events] == list(range(1, len(history) + 1))
    assert (application.state, application.edit) == (state, edit)
    ends = [target for _action, _source, target in history if target in ENDS]
    assert len(ends) <= 1
    assert ends == ([state] if state in ENDS else [])
    assert Letter.objects.filter(application=application).count() == (state in DECIDED)
    assert (application.decided_at is not None) == (state in DECIDED)


DECIDED = {"granted", "refused"}
ENDS = {*DECIDED, "withdrawn"}
