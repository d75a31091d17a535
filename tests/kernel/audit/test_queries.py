import json
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.utils.translation import override

from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.audit import queries
from madoguchi.kernel.audit.models import AuditEntry
from madoguchi.kernel.audit.rules import Break, BreakKind

from .test_operations import tamper, unlock

AT = datetime(2035, 11, 23, 9, 0, tzinfo=clock.TOKYO)

pytestmark = pytest.mark.django_db


@pytest.fixture
def four() -> list[AuditEntry]:
    done = []
    for n, action in enumerate(["qa.opened", "qa.closed", "qb.opened", "qa.opened"]):
        with clock.frozen(AT + timedelta(days=n)):
            done.append(audit.record(by=None, action=action, subject=f"qa.year:{n % 2}"))
    return done


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"limit": 4}, [3, 2, 1, 0]),
        ({"limit": 2}, [3, 2]),
        ({"subject": "qa.year:1"}, [3, 1]),
        ({"action": "qa.opened"}, [3, 0]),
        ({"action": "qa."}, [3, 1, 0]),
        ({"action": "qa"}, []),
        ({"actor": "none"}, []),
        ({"since": AT + timedelta(days=2)}, [3, 2]),
        ({"since": AT, "until": AT + timedelta(days=2)}, [1, 0]),
    ],
)
def test_entries_are_chosen(
    four: list[AuditEntry],
    wanted: dict[str, Any],
    expected: list[int],
    django_assert_num_queries: Any,
) -> None:
    with django_assert_num_queries(1):
        found = queries.entries(**wanted)
    assert found == [four[n] for n in expected]


def test_the_page_before_is_found(four: list[AuditEntry]) -> None:
    assert queries.entries(before=four[2].sequence, limit=2) == [four[1], four[0]]


def run(*options: str) -> tuple[str, str, object]:
    out, err = StringIO(), StringIO()
    try:
        call_command("verify_audit", *options, stdout=out, stderr=err)
    except SystemExit as end:
        return out.getvalue(), err.getvalue(), end.code
    return out.getvalue(), err.getvalue(), 0


def test_the_command_says_that_the_log_is_whole(four: list[AuditEntry]) -> None:
    count = AuditEntry.objects.count()
    with override("en"):
        assert run() == (f"The audit log is whole: {count} entries.\n", "", 0)
    with override("ja"):
        assert run() == (f"監査記録に欠けや改変はありません（{count}件）。\n", "", 0)
    out, _, code = run("--json")
    assert code == 0
    found = json.loads(out)
    assert (found["ok"], found["entries"], found["head"], found["broken"]) == (
        True,
        count,
        four[-1].digest,
        None,
    )


def test_the_command_names_the_broken_place(four: list[AuditEntry]) -> None:
    place = four[1].sequence
    unlock()
    tamper("UPDATE audit_entry SET subject = 'x' WHERE sequence = %s", place)
    with override("en"):
        out, err, code = run()
        assert (out, code) == ("", 1)
        assert f"The audit log is broken: Entry {place} was changed after it was written." in err
        out, err, code = run("--json")
        assert (err, code) == ("", 1)
    assert json.loads(out) == {
        "ok": False,
        "entries": place - 1,
        "head": four[0].digest,
        "broken": {"sequence": place, "kind": "digest"},
        "message": f"The audit log is broken: Entry {place} was changed after it was written.",
    }


@pytest.mark.parametrize("kind", BreakKind)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_every_break_has_its_words(kind: BreakKind, language: str) -> None:
    with override(language):
        assert "17" in queries.explain(Break(17, kind))


@pytest.mark.usefixtures("four")
def test_the_chain_is_read_in_four_queries(django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(4):
        assert queries.verify().is_sound
