"""Procedures, cases and applications for tests, made as staff and residents make them."""

import io
from datetime import date, datetime
from types import SimpleNamespace

from PIL import Image

from madoguchi.blocks.procedures.models import Case, Procedure, ProcedureVersion
from madoguchi.blocks.procedures.operations.applications import take_step
from madoguchi.blocks.procedures.operations.cases import begin_case, save_values, send_case
from madoguchi.blocks.procedures.rules.access import CLERK, DECIDER
from madoguchi.blocks.procedures.rules.definition import (
    Definition,
    DocumentUse,
    ItemUse,
    OwnItem,
    written,
)
from madoguchi.blocks.procedures.rules.flows import with_flow
from madoguchi.kernel import clock
from madoguchi.kernel.clock import TOKYO
from tests.factories import make_department, make_user

TODAY = date(2026, 11, 30)
NOON = datetime(2026, 11, 30, 12, 0, tzinfo=TOKYO)
NOTICE, BENEFIT = "moving-in-notice", "child-allowance"

ANSWERS = {
    "applicant.name": "佐藤 花子",
    "applicant.kana": "サトウ ハナコ",
    "applicant.birth_date": "1990-05-03",
    "applicant.phone": "090-0000-0000",
    "move.date": "2026-11-20",
    "move.new_address": "窓口市本町一丁目2番3号",
    "moving-in-notice.own.reason": "就職",
    "bank.name": "窓口銀行",
    "bank.account_number": "1234567",
}
"""What both procedures need."""


def notice_definition(**changed):
    """A notice with an own item; nothing to attach."""
    parts = {
        "title": "転入届",
        "form_title": "住民異動届（転入）",
        "legal_basis": "住民基本台帳法第22条",
        "items": (
            ItemUse("applicant.name"),
            ItemUse("applicant.kana"),
            ItemUse("applicant.birth_date"),
            ItemUse("applicant.phone", is_required=False),
            ItemUse("move.date"),
            ItemUse("move.new_address"),
            ItemUse("member1.name"),
            ItemUse("member1.birth_date"),
            ItemUse("own.reason"),
        ),
        "own_items": (OwnItem("reason", "異動の理由", "choice", "", ("就職", "結婚", "その他")),),
        "notes": ("届出は、転入した日から14日以内です。",),
        **changed,
    }
    return with_flow(Definition(**parts), "notification")


def benefit_definition(**changed):
    """An application with guarded items and a document, decided with a letter."""
    parts = {
        "title": "児童手当認定請求",
        "items": (
            ItemUse("applicant.name"),
            ItemUse("applicant.birth_date"),
            ItemUse("bank.name"),
            ItemUse("bank.account_number"),
        ),
        "documents": (DocumentUse("insurance", "健康保険証の写し", "表と裏", is_required=False),),
        **changed,
    }
    return with_flow(Definition(**parts), "application")


def make_procedure(code=NOTICE, definition=None, department=None, *, is_open=True):
    """A procedure in force; its department is 住民課 unless another one is given."""
    made = definition or (benefit_definition() if code == BENEFIT else notice_definition())
    now = clock.now()
    procedure = Procedure.objects.create(
        code=code,
        department=department or make_department("市民生活部", "住民課"),
        is_open=is_open,
        made_at=now,
    )
    ProcedureVersion.objects.create(
        procedure=procedure,
        number=1,
        title=made.title,
        definition=written(made),
        made_at=now,
        published_at=now,
    )
    return procedure


def make_procedures():
    """The notice of 住民課 and the benefit of こども課."""
    return (
        make_procedure(NOTICE),
        make_procedure(BENEFIT, department=make_department("福祉部", "こども課")),
    )


def make_draft(*procedures, values=None, **given):
    """A case being filled in, with all answers of both procedures; ``Begun``."""
    begun = begin_case(
        procedures=procedures or (NOTICE,), channel=given.pop("channel", Case.Channel.HOME), **given
    )
    case = save_values(case=begun.case, values=values or ANSWERS, edit=begun.case.edit)
    return SimpleNamespace(case=case, code=begun.code)


def make_case(*procedures, mail_to="", by=None, **given):
    """A sent case."""
    draft = make_draft(*procedures, **given)
    return send_case(case=draft.case, edit=draft.case.edit, mail_to=mail_to, by=by)


def make_application(procedure=NOTICE, **given):
    """The application of a sent case."""
    return make_case(procedure, **given).applications.get()


def make_staff(department):
    """A clerk and a decider of a department."""
    return (
        make_user(f"clerk{department.pk}", CLERK, department=department, name="窓口 係"),
        make_user(f"decider{department.pk}", DECIDER, department=department, name="決裁 長"),
    )


def step(application, code, by, *, note="", today=TODAY):
    """Take a step on the application as it is now."""
    application.refresh_from_db()
    return take_step(
        application=application, step=code, edit=application.edit, note=note, by=by, today=today
    )


def picture(colour="white", size=(40, 30), form="PNG"):
    """The bytes of a picture."""
    made = io.BytesIO()
    Image.new("RGB", size, colour).save(made, form)
    return made.getvalue()


def small_pdf(pages=1):
    """The bytes of a PDF with empty pages."""
    from pypdf import PdfWriter  # noqa: PLC0415 # slow to load, few tests need it

    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(width=595, height=842)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()
