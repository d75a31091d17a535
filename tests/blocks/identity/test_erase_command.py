"""``madoguchi erase`` lists, asks once more, and erases through the hooks of the apps."""

import io
import sys

import pytest
from django.core.management import CommandError, call_command

from madoguchi.kernel.registries import erasure_hooks
from madoguchi.services.fees.models import Payer
from tests.factories import make_user
from tests.services.fees.factories import decide, make_payer, make_rules

pytestmark = pytest.mark.django_db


def erase(*arguments, typed="", **options):
    """What was said, with what was typed when the command asked."""
    out, keyboard = io.StringIO(), sys.stdin
    sys.stdin = io.StringIO(typed)
    try:
        call_command("erase", *arguments, stdout=out, **options)
    finally:
        sys.stdin = keyboard
    return out.getvalue()


def test_it_lists_what_can_be_erased():
    listed = [line.split()[0] for line in erase().splitlines()]
    assert listed == [hook.code for hook in erasure_hooks]


def test_what_was_typed_once_more_is_erased():
    make_payer("0001")
    assert "1件" in erase("fees", "fees:0001", typed="fees:0001\n")
    assert Payer.objects.get().name == ""
    assert "0件" in erase("fees", "fees:0001", yes=True)


@pytest.mark.parametrize("typed", ["", "yes\n", "fees:0002\n"])
def test_nothing_is_erased_without_a_word(typed):
    make_payer("0001")
    with pytest.raises(CommandError, match="消去しませんでした"):
        erase("fees", "fees:0001", typed=typed)
    assert Payer.objects.get().name != ""


@pytest.mark.parametrize("arguments", [("nothing", "1"), ("fees",)])
def test_what_is_not_known_is_answered_with_what_is(arguments):
    with pytest.raises(CommandError, match="identity"):
        erase(*arguments)


def test_a_refusal_comes_in_words():
    make_rules()
    decide(make_payer("0001"))
    with pytest.raises(CommandError, match="未納があるため"):
        erase("fees", "fees:0001", yes=True)
    make_user("last", "identity.admin")
    with pytest.raises(CommandError, match="役割"):
        erase("identity", "last", yes=True)
