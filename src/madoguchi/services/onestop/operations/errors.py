"""What could not be done at the window, in words for whoever asked for it."""

from django.utils.translation import gettext_lazy as _

from madoguchi.kernel.refused import Refused
from madoguchi.services.onestop.models import Visit


class CaseUnknown(Refused):
    message = _("There is no case with this number. Scan the code again, or type the number.")


class NothingOnList(Refused):
    message = _("This case has no procedures: nothing can be done for it at the window.")


class WindowNotOpen(Refused):
    message = _("This window is not open on this day.")


class NotYours(Refused):
    """403: a role or a contract is missing."""

    message = _("This is not among what you may do at this window.")


class NoContract(NotYours):
    message = _("You are not registered under a contract for this window on this day.")


class TakenInByOthers(NotYours):
    message = _("The city's staff have begun this visit already. Ask them.")


class Conflict(Refused):
    """409: somebody else was faster."""


class Stale(Conflict):
    """``visit`` is how it stands now."""

    message = _(
        "Somebody else changed this visit in the meantime. Nothing of yours was stored: look at how"
        " it stands now, and do it again if it is still needed."
    )

    def __init__(self, visit: Visit) -> None:
        super().__init__()
        self.visit = visit


class VisitClosed(Conflict):
    message = _("This visit has ended. Nothing can be changed any more.")


class SeatTaken(Conflict):
    message = _("Somebody else sits at seat %(seat)d. Choose another seat.")


class NoSuchSeat(Refused):
    message = _("This window has the seats 1 to %(seats)d.")


class CallTaken(Conflict):
    message = _("%(name)s has taken this call already.")


class CallOver(Conflict):
    message = _("This call is over: nobody needs to come any more.")


class AtAnotherWindow(Conflict):
    message = _("You are at another window. End that first, or let somebody else take this call.")


class NobodyToCall(Refused):
    message = _("Nothing of this department is left to do: nobody needs to come.")


class TakenOver(Conflict):
    message = _("The back office has taken “%(title)s” over already. Ask there.")


class StepNotThatWay(Conflict):
    message = _("“%(title)s” is “%(state)s” now; this cannot follow.")


class ReasonMissing(Refused):
    message = _("Say why it is not needed.")


class NoDepartment(Refused):
    message = _("It is not known which department “%(title)s” belongs to: show the way there.")


class Unfinished(Refused):
    message = _("%(count)d procedures are not settled. Say so, or settle them first.")


class HandOverGone(Conflict):
    message = _("The window took this back: it is not on the list any more.")


class HandOverBack(Conflict):
    message = _("This was sent back to the window already.")


class HandOverDone(Conflict):
    message = _("This is done already: it cannot be sent back any more.")


class HandOverTaken(Conflict):
    message = _("%(name)s has taken this over already.")


class NotTakenOver(Refused):
    message = _("Take it over first.")


class CodeTaken(Refused):
    message = _("The code %(code)s is taken.")


class DayTaken(Refused):
    message = _("Another way begins on that very day. Choose another day.")


class MemberElsewhere(Refused):
    message = _("This person works under a contract already. End that first.")


class NotAnOperator(Refused):
    message = _("Only people who hold the role of a contracted operator can be registered.")


class LeavesTooEarly(Refused):
    message = _("Nobody can leave before joining.")


class NotTakenInUnderContract(Refused):
    message = _("This was not taken in under a contract: there is no error to record.")


class ErrorRecorded(Conflict):
    message = _("This error is recorded already.")
