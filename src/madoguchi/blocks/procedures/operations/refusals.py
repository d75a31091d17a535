"""What is refused to applicants and to those who work on their applications."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.identity.service import Unfit
from madoguchi.blocks.procedures.models import Application, Case
from madoguchi.blocks.procedures.rules.items import Asked
from madoguchi.kernel.refused import Refused


class NotOpen(Refused):
    """``procedure`` is a code, ``title`` what people know it as."""

    message = _("“%(title)s” cannot be applied for here at the moment.")


class NothingChosen(Refused):
    message = _("Choose at least one procedure.")


class Stale(Refused):
    """Somebody else changed it in between. ``now`` is how it stands."""

    message = _("This was changed elsewhere meanwhile. Nothing of yours was stored yet.")

    def __init__(self, now: Case | Application) -> None:
        super().__init__()
        self.now = now

    @property
    def case(self) -> Case:
        return self.now if isinstance(self.now, Case) else self.now.case


class NotDraft(Refused):
    message = _("This was sent already. It cannot be changed here any more.")


class Unfits(Refused):
    """``wrong`` says of each key what its value is not."""

    message = _("Some answers need to be corrected.")

    def __init__(self, wrong: Mapping[str, Unfit]) -> None:
        super().__init__()
        self.wrong = wrong


class Incomplete(Refused):
    """``items`` and ``documents`` (procedure and code) are missing."""

    message = _("Something that is needed is still missing.")

    def __init__(
        self, items: Sequence[Asked] = (), documents: Sequence[tuple[str, str]] = ()
    ) -> None:
        super().__init__()
        self.items = tuple(items)
        self.documents = tuple(documents)


class StepNotAllowed(Refused):
    message = _("This cannot be done in the state in which the application is now.")


class StepForbidden(Refused):
    message = _("Your role does not allow this step for this department.")


class AlreadyDecided(Refused):
    message = _("This application has been decided. Nothing was changed.")


class AlreadyWithdrawn(Refused):
    message = _("The applicant has withdrawn this application. Nothing was changed.")


class NoteMissing(Refused):
    message = _("Write to the applicant why, and what is to be done.")


class NoteTooLong(Refused):
    message = _("Write at most %(most)d signs.")
