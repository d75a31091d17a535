"""Decision letters: written with the decision, printed and signed when first asked for."""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.conf import settings
from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.blocks.procedures.models import (
    Application,
    ApplicationEvent,
    Case,
    Letter,
    Procedure,
)
from madoguchi.blocks.procedures.operations.events import facts
from madoguchi.blocks.procedures.queries.letters import (
    letter_data,
    letter_number,
    sample_data,
)
from madoguchi.blocks.procedures.queries.words import shown_values
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.filling import filled
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.refused import Refused

KIND = "procedures.letter"
TEMPLATE = "procedures/pdf/letter.typ"


class NoLetter(Refused):
    message = _("There is no letter about this application.")


class LetterErased(Refused):
    message = _("This letter is no longer kept.")


class LetterNotPrintable(Refused):
    """``characters`` are those that the font lacks, ``codepoints`` name them."""

    message = _(
        "The letter cannot be printed here: the font has no “%(characters)s” (%(codepoints)s). "
        "It is written by hand and sent by post."
    )


def write_letter(
    case: Case,
    event: ApplicationEvent,
    definition: Definition,
    code: str,
    *,
    note: str,
    on: date,
) -> Letter:
    """Fix what the letter of a decision says, under the next number of its procedure.

    Call it in the transaction of the decision.
    """
    application = event.application
    year, sequence = next_number(application.procedure, on)
    number = letter_number(definition.title, year, sequence)
    texts = _texts(case, application, definition, code, note=note, number=number, on=on)
    return Letter.objects.create(
        event=event,
        application=application,
        procedure=application.procedure,
        fiscal_year=year,
        sequence=sequence,
        decided_on=on,
        addressee=texts.addressee,
        title=texts.title,
        body=texts.body,
        notice=texts.notice,
    )


def next_number(procedure: str, on: date) -> tuple[int, int]:
    """Fiscal year and number of the next letter of a procedure: given out one at a time."""
    Procedure.objects.select_for_update(no_key=True).get(code=procedure)
    year = fiscal.fiscal_year_of(on)
    given = Letter.objects.filter(procedure=procedure, fiscal_year=year)
    return year, (given.aggregate(last=Max("sequence"))["last"] or 0) + 1


@dataclass(frozen=True, slots=True)
class LetterTexts:
    """What a letter says."""

    addressee: str
    title: str
    body: str
    notice: str


def letter_preview(
    *, application: Application, definition: Definition, code: str, note: str, on: date
) -> LetterTexts:
    """What the letter would say if it were decided now; nothing is kept, no number is taken."""
    number = letter_number(definition.title, fiscal.fiscal_year_of(on), 0)
    return _texts(application.case, application, definition, code, note=note, number=number, on=on)


def _texts(
    case: Case,
    application: Application,
    definition: Definition,
    code: str,
    *,
    note: str,
    number: str,
    on: date,
) -> LetterTexts:
    letter = definition.letter(code)
    with translation.override(settings.LANGUAGE_CODE):
        told = {
            **shown_values(application, definition),
            **facts([application], case, on=on)[application.pk],
            "sent_on": fiscal.era_date(clock.day_of(application.sent_at or clock.now())),
            "decided_on": fiscal.era_date(on),
            "note": note,
            "letter_number": number,
        }
    return LetterTexts(
        addressee=application.values.get("applicant.name", ""),
        title=filled(letter.title, told),
        body=filled(letter.body, told).strip(),
        notice=filled(letter.notice, told).strip(),
    )


def sample_pdf(definition: Definition, code: str, *, office: str) -> bytes:
    """A letter as whoever composes it sees it: unsigned, marked as a sample."""
    data = sample_data(definition, code, office=office, today=clock.today())
    return documents.render_pdf(TEMPLATE, data, title=str(data["title"]))


def letter_pdf(application: Application, *, by: User | None = None) -> bytes:
    """The signed letter of the latest decision, the same file however often it is asked for.

    Raises NoLetter, LetterErased, LetterNotPrintable, and documents.SigningNotConfigured.
    """
    found = latest_letter(application)
    if not found.file:
        found = _issue(application, by)
    try:
        with found.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        raise LetterErased from None


def latest_letter(application: Application) -> Letter:
    """The one that counts. Raises NoLetter, LetterErased."""
    found = Letter.objects.filter(application=application).order_by("-pk").first()
    if found is None:
        raise NoLetter
    if not found.body:
        raise LetterErased
    return found


@transaction.atomic
def _issue(application: Application, by: User | None) -> Letter:
    """Print and sign it; whoever comes at the same time waits and gets the same, or the one that
    took its place meanwhile."""
    Application.objects.select_for_update(no_key=True).get(pk=application.pk)
    letter = latest_letter(application)
    if letter.file:
        return letter
    made_at = datetime.combine(letter.decided_on, time(), clock.TOKYO)

    def make(code: str, address: str) -> bytes:
        data = letter_data(letter, code, address)
        return documents.render_pdf(TEMPLATE, data, title=letter.title, made_at=made_at)

    _require_glyphs(letter)
    issued = documents.issue(KIND, make, by=by)
    letter.document = issued.code
    letter.file.save(f"procedures/letters/{issued.code}.pdf", ContentFile(issued.pdf), save=False)
    letter.save(update_fields=["document", "file"])
    return letter


def _require_glyphs(letter: Letter) -> None:
    text = f"{letter.addressee}{letter.title}{letter.reason}{letter.body}{letter.notice}"
    if lacking := documents.missing_glyphs(text):
        points = ", ".join(f"U+{ord(sign):04X}" for sign in lacking)
        raise LetterNotPrintable(characters=lacking, codepoints=points)
