"""Words and marks of visits: ``{% load onestop %}``."""

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from madoguchi.blocks.procedures import service as procedures
from madoguchi.kernel.pages.templatetags.components import status_tag
from madoguchi.services.onestop.models import VisitStep, WayChoice
from madoguchi.services.onestop.rules.states import StepState, Way

register = template.Library()

KINDS = {
    StepState.TODO: "neutral",
    StepState.CALLED: "clock",
    StepState.AT_WINDOW: "progress",
    StepState.DONE: "success",
    StepState.HANDED_OVER: "success",
    StepState.GOES: "moved",
    StepState.NOT_NEEDED: "neutral",
    StepState.LEFT: "warning",
}


@register.filter
def reception(number: str) -> str:
    """A reception number as it is printed: ``K7Q2-9F4M``."""
    return procedures.shown(number)


@register.filter
def way_words(way: Way) -> str:
    return str(WayChoice(way.value).label)


@register.simple_tag
def step_status(step: VisitStep) -> SafeString:
    """The state of a step as a mark with its word."""
    return status_tag(KINDS[StepState(step.state)], step.get_state_display())


@register.simple_tag
def main_words(target: str, count: int) -> str:
    """What a button makes of so many steps."""
    state = StepState(target)
    if state is StepState.NOT_NEEDED:
        return pgettext("button", "Not needed")
    one, several = {
        StepState.DONE: (_("Mark as done"), _("Mark all %(count)d as done")),
        StepState.HANDED_OVER: (_("Hand over"), _("Hand all %(count)d over")),
        StepState.GOES: (_("Show the way"), _("Show the way for all %(count)d")),
    }[state]
    return one if count == 1 else several % {"count": count}
