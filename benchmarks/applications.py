"""Applications from beginning to sent, per second, beside a bare form of as many fields.

Ours is all that a resident does: the procedure's page, every page of the form, the look at
everything, sending, and the page that says so. The peer is one page with the same fields, checked
and kept in the session, and a page that says so: as little as can be done.
"""

from functools import partial

from benchmarks import web
from madoguchi.blocks.procedures.models import Application
from madoguchi.blocks.procedures.operations.shipping import install_shipped
from madoguchi.kernel import clock

PROCEDURE = "moped-scrapping"
ROUNDS = 5
ANSWERS = {
    "applicant__name": "見本 花子",
    "applicant__kana": "ミホン ハナコ",
    "applicant__address": "窓口市本町一丁目2番3号",
    "applicant__phone": "090-0000-0000",
    f"{PROCEDURE}__own__plate": "窓口市 あ 123",
    f"{PROCEDURE}__own__reason": "捨てた",
    f"{PROCEDURE}__own__plate_back": "郵送で返す",
}
BARE = {
    "name": "見本 花子",
    "kana": "ミホン ハナコ",
    "address": "窓口市本町一丁目2番3号",
    "phone": "090-0000-0000",
    "plate": "窓口市 あ 123",
    "frame": "",
    "reason": "a",
    "plate_back": "a",
}


def run() -> None:
    install_shipped(on=clock.today(), by=None)
    before = _sent()
    with web.server() as port:
        web.race(
            "applications, from beginning to sent",
            partial(_apply, port),
            peer="a bare Django form, same server",
            theirs=partial(_fill_the_bare_form, port),
        )
    rounds = 1 + web.TURNS * web.CLIENTS
    assert _sent() - before == rounds * ROUNDS, "not every application was sent once"


def _sent() -> int:
    return Application.objects.filter(state="submitted").count()


def _apply(port: int) -> int:
    for _ in range(ROUNDS):
        visitor = web.Visitor(port)
        visitor.get(f"/procedures/apply/{PROCEDURE}/")
        place = visitor.post("/procedures/begin/", {"form": PROCEDURE, "from": "procedure"})
        visitor.get(place)
        place = f"{place}fill/applicant/"
        while "/sent/" not in place:
            visitor.get(place)
            fields = web.Form(visitor.html).fields
            given = {name: ANSWERS.get(name, value) for name, value in fields.items()}
            place = visitor.post(place, given)
        visitor.get(place)
        visitor.close()
    return ROUNDS


def _fill_the_bare_form(port: int) -> int:
    for _ in range(ROUNDS):
        visitor = web.Visitor(port)
        visitor.get("/bare-application/")
        visitor.get(visitor.post("/bare-application/", BARE))
        visitor.close()
    return ROUNDS
