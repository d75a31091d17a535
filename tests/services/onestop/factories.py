"""A small city with a one-stop window for the tests: departments, a guide, cases, staff."""

import secrets
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256

from madoguchi.blocks.identity.models import Department, User
from madoguchi.blocks.procedures.models import (
    Application,
    Case,
    GuideVersion,
    Procedure,
    ProcedureVersion,
)
from madoguchi.kernel import clock
from madoguchi.services.onestop.models import Contract, Visit, VisitStep, Window
from madoguchi.services.onestop.operations.contracts import add_contract, add_member
from madoguchi.services.onestop.operations.visits import open_visit
from madoguchi.services.onestop.operations.windows import add_rule, add_window
from madoguchi.services.onestop.rules import access
from madoguchi.services.onestop.rules.states import Way
from tests.factories import make_department, make_user

NOW = datetime(2026, 11, 30, 10, 0, tzinfo=clock.TOKYO)
FIRST_DAY = date(2025, 4, 1)
NAME = "見本 花子"
LIST = ("notice", "insurance", "allowance", "school", "bin")

GUIDE = """
format: 1
title: 見本市 手続きガイド
counters:
  residents: {title: 住民課, department: [市民生活部, 住民課], place: 本庁舎1階 3番窓口}
  insurance: {title: 国保年金課, department: [市民生活部, 国保年金課], place: 本庁舎1階 6番窓口}
  children: {title: こども課, department: [福祉部, こども課], place: 本庁舎2階 1番窓口}
  school: {title: 学校教育課, department: [教育委員会, 学校教育課], place: 教育庁舎2階}
  bin: {title: ごみ相談, department: [環境部, 知らない課], place: 清掃センター}
  police: {title: 警察署（市役所の外）, place: お住まいの地域の警察署}
events:
  moving_in: {title: 引っ越してきた（転入）, questions: []}
procedures:
  notice:
    title: 転入届
    events: [moving_in]
    counter: residents
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {form: moving-in-notice}
  insurance:
    title: 国民健康保険の加入
    events: [moving_in]
    counter: insurance
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {form: insurance-join}
    after: [notice]
  allowance:
    title: 児童手当の認定請求
    events: [moving_in]
    counter: children
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {none: true, words: 窓口で}
    after: [notice]
  school:
    title: 転入学の届出
    events: [moving_in]
    counter: school
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {none: true, words: 窓口で}
    after: [notice]
  bin:
    title: ごみの出し方の案内
    events: [moving_in]
    counter: bin
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {none: true, words: 窓口で}
  licence:
    title: 運転免許証の住所変更
    events: [moving_in]
    counter: police
    deadline: {none: true, words: いつでも}
    fee: {yen: 0}
    online: {none: true, words: 窓口で}
"""


@dataclass(frozen=True)
class City:
    window: Window
    contract: Contract
    clerk: User
    """Of the window's department, as is who decides."""
    decider: User
    operator: User
    composer: User
    insurer: User
    """A clerk of a department that is called."""
    children: User
    """A clerk of a department to which things are handed over."""
    residents_department: Department
    insurance_department: Department
    children_department: Department


def make_city(*, seats: int = 3, prefix: str = "") -> City:
    """Notice: done at the window. Insurance: called. Allowance: handed over. School, bin: go."""
    residents = make_department("市民生活部", "住民課")
    insurance = make_department("市民生活部", "国保年金課")
    children = make_department("福祉部", "こども課")
    make_department("教育委員会", "学校教育課")
    composer = make_user(f"{prefix}composer", access.COMPOSER)
    decider = make_user(f"{prefix}decider", access.DECIDER, department=residents)
    operator = make_user(f"{prefix}operator", access.OPERATOR, department=residents)
    with clock.frozen(NOW):
        window = add_window(
            code="onestop",
            title="総合窓口",
            department=residents,
            place="本庁舎1階",
            hours="平日 8:45～17:15",
            seats=seats,
            opened_on=FIRST_DAY,
            by=composer,
        )
        for department, way in ((insurance, Way.CALL), (children, Way.HAND_OVER)):
            add_rule(window=window, department=department, way=way, from_on=FIRST_DAY, by=composer)
        contract = make_contract(residents, decider)
        add_member(contract=contract, user=operator, from_on=FIRST_DAY, by=decider)
    return City(
        window=window,
        contract=contract,
        clerk=make_user(f"{prefix}clerk", access.CLERK, department=residents, name="窓口 あおい"),
        decider=decider,
        operator=operator,
        composer=composer,
        insurer=make_user(f"{prefix}insurer", access.CLERK, department=insurance, name="保険 はる"),
        children=make_user(f"{prefix}children", access.CLERK, department=children),
        residents_department=residents,
        insurance_department=insurance,
        children_department=children,
    )


def make_contract(department: Department, by: User, code: str = "intake") -> Contract:
    return add_contract(
        code=code,
        department=department,
        by=by,
        title="総合窓口 受付業務委託",
        operator="見本サービス株式会社",
        starts_on=FIRST_DAY,
        ends_on=date(2028, 4, 1),
        agreed_volume=400,
        agreed_minutes=40,
        agreed_errors=5,
    )


def make_guide() -> GuideVersion:
    found, _ = GuideVersion.objects.get_or_create(
        number=1,
        defaults={
            "source": GUIDE,
            "digest": sha256(GUIDE.encode()).hexdigest(),
            "starts_on": FIRST_DAY,
            "made_at": NOW,
            "published_at": NOW,
        },
    )
    return found


def make_form(code: str, title: str, department: Department) -> ProcedureVersion:
    procedure, _ = Procedure.objects.get_or_create(
        code=code, defaults={"department": department, "made_at": NOW}
    )
    version, _ = ProcedureVersion.objects.get_or_create(
        procedure=procedure,
        number=1,
        defaults={"title": title, "made_at": NOW, "published_at": NOW},
    )
    return version


def make_case(
    number: str = "",
    *,
    checklist: tuple[str, ...] = LIST,
    forms: tuple[tuple[str, str, Department], ...] = (),
    channel: str = "home",
    typed: int = 12,
    sent_at: datetime | None = NOW,
    **given: object,
) -> Case:
    """A case as the guide and the applications leave it."""
    make_guide()
    case = Case.objects.create(
        number=number or secrets.token_hex(4).upper(),
        code_digest=secrets.token_hex(32),
        event="moving_in" if checklist else "",
        guide_number=1 if checklist else None,
        checklist=list(checklist),
        values={"applicant.name": NAME},
        typed=typed,
        channel=channel,
        stage="sent" if sent_at else "draft",
        begun_at=sent_at or NOW,
        sent_at=sent_at,
        **given,
    )
    for code, title, department in forms:
        Application.objects.create(
            case=case,
            version=make_form(code, title, department),
            procedure=code,
            department=department,
            state="submitted",
            state_kind="open",
            sent_at=sent_at or NOW,
        )
    return case


def make_visit(city: City, *, by: User | None = None, seat: int | None = None, **case) -> Visit:
    return open_visit(
        number=make_case(**case).number, window=city.window, by=by or city.clerk, seat=seat
    ).visit


def step_of(visit: Visit, procedure: str) -> VisitStep:
    return visit.steps.get(procedure=procedure)


def states(visit: Visit) -> dict[str, str]:
    return dict(visit.steps.order_by("place").values_list("procedure", "state"))
