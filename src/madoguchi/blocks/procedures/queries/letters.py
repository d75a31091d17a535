"""What a decision letter shows."""

from datetime import date
from typing import Any

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity import service as identity
from madoguchi.blocks.procedures.models import Letter
from madoguchi.blocks.procedures.queries.composing_words import item_label_of
from madoguchi.blocks.procedures.rules import codes
from madoguchi.blocks.procedures.rules.definition import Definition
from madoguchi.blocks.procedures.rules.filling import filled
from madoguchi.kernel import fiscal
from madoguchi.kernel.city.queries import current_city


def letter_number(title: str, fiscal_year: int, sequence: int) -> str:
    """The document number (文書番号): `令和8年度 児童手当認定請求 第12号`."""
    return f"{fiscal.label(fiscal_year)} {title} 第{sequence}号"


def letter_data(letter: Letter, code: str, address: str) -> dict[str, Any]:
    """What the template of letters reads (procedures/pdf/letter.typ)."""
    application = letter.application
    city = current_city()
    department = application.department_id
    names = identity.department_names([department], on=letter.decided_on)
    replaced = {"replaces": _replaced(letter, letter.replaces)} if letter.replaces else {}
    return {
        **replaced,
        "city": city.name,
        "contact": city.contact,
        "office": names[department],
        "number": letter_number(application.version.title, letter.fiscal_year, letter.sequence),
        "date": fiscal.era_date(letter.decided_on),
        "addressee": letter.addressee,
        "sender": f"{city.name}長",
        "body": letter.body.split("\n"),
        "notice": letter.notice.split("\n") if letter.notice else [],
        "case": codes.shown(application.case.number),
        "verification": documents.verification_block(code, address),
    }


def _replaced(letter: Letter, earlier: Letter) -> list[str]:
    """The lines that say in place of which letter it stands, and why."""
    title = letter.application.version.title
    number = letter_number(title, earlier.fiscal_year, earlier.sequence)
    return [
        f"この通知書は、{fiscal.era_date(earlier.decided_on)}付け{number}の通知書に代わるものです。",
        *f"差替えの理由　{letter.reason}".split("\n"),
    ]


def sample_data(definition: Definition, code: str, *, office: str, today: date) -> dict[str, Any]:
    """A letter as whoever composes it sees it: names of items where their values will stand."""
    letter = definition.letter(code)
    city = current_city()
    told = {
        **{use.ref: f"〔{item_label_of(use.ref, definition)}〕" for use in definition.items},
        "number": "〔受付番号〕",
        "title": definition.title,
        "city": city.name,
        "department": office,
        "due_on": "〔期限の日〕",
        "sent_on": "〔申請した日〕",
        "decided_on": fiscal.era_date(today),
        "note": "〔決定する人が書いた説明〕",
        "letter_number": letter_number(definition.title, fiscal.fiscal_year_of(today), 0),
    }
    return {
        "city": city.name,
        "contact": city.contact,
        "office": office,
        "number": "（見本）",
        "date": fiscal.era_date(today),
        "addressee": told.get("applicant.name", ""),
        "sender": f"{city.name}長",
        "body": filled(letter.body, told).split("\n"),
        "notice": filled(letter.notice, told).split("\n") if letter.notice else [],
        "case": "〔受付番号〕",
        "title": filled(letter.title, told),
    }
