"""Cases by what opens them: the applicant's tracking code, the number that staff scan."""

import hmac
from hashlib import sha256

from django.conf import settings

from madoguchi.blocks.procedures.models import Case
from madoguchi.blocks.procedures.rules import codes

_MARK_SIGNS = 16


def digest_of(code: str) -> str:
    """The keyed digest under which a tracking code is kept."""
    text = f"procedures.code:{code}"
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()


def is_code_of(case: Case, code: str) -> bool:
    """Whether it opens the case, now that others may have been issued; ``code`` as it is kept."""
    return hmac.compare_digest(digest_of(code), case.code_digest)


def mark_of(case: Case) -> str:
    """Another one for every code that a case has had. It opens nothing, and tells nothing of the
    code: a page that carries it says which code it has replaced."""
    return sha256(f"procedures.mark:{case.code_digest}".encode()).hexdigest()[:_MARK_SIGNS]


def case_for_code(code: str) -> Case | None:
    """The case that a tracking code opens, however it is typed; None where none does. Callers
    count the tries."""
    plain = codes.typed(code)
    if len(plain) != codes.CODE_LENGTH or set(plain) - set(codes.SIGNS):
        return None
    found = Case.objects.filter(code_digest=digest_of(plain))
    return found.exclude(stage=Case.Stage.ERASED).first()


def case_for_number(text: str) -> Case | None:
    """The case of a number as it was scanned or typed. It opens something for staff only."""
    number = codes.scanned(text)
    if not number:
        return None
    return Case.objects.filter(number=number).exclude(stage=Case.Stage.ERASED).first()
