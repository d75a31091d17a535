"""What becomes of each invented card, and whose messages are believed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.cardsandbox import rules
from madoguchi.blocks.cardsandbox.rules import Answer, Status
from madoguchi.blocks.payments.rules.cards import DECLINES, DeclineReason, reason_of

PAID = Answer(Status.SUCCEEDED)
ASKED = Answer(Status.CHALLENGE)
HOLDER_NEEDED = Answer(Status.DECLINED, "authentication_required")


def refused(code):
    return Answer(Status.DECLINED, code)


@pytest.mark.parametrize(
    ("card", "paying", "saving", "saved", "away"),
    [
        ("pays", PAID, PAID, PAID, PAID),
        ("asks", ASKED, ASKED, ASKED, HOLDER_NEEDED),
        (
            "funds",
            refused("insufficient_funds"),
            PAID,
            refused("insufficient_funds"),
            refused("insufficient_funds"),
        ),
        ("expired", *[refused("expired_card")] * 4),
        ("issuer", *[refused("do_not_honor")] * 4),
        ("stumbles", *[refused("processing_error")] * 2, PAID, PAID),
        ("away", PAID, PAID, ASKED, HOLDER_NEEDED),
    ],
)
def test_each_card(card, paying, saving, saved, away):
    chosen = rules.CARDS[card]
    assert rules.answer_on_page(chosen, is_setup=False, has_stumbled=False) == paying
    assert rules.answer_on_page(chosen, is_setup=True, has_stumbled=False) == saving
    assert rules.answer_of_saved(chosen) == saved
    assert rules.answer_when_away(chosen) == away


def test_the_one_that_stumbles_works_the_second_time():
    chosen = rules.CARDS["stumbles"]
    assert rules.answer_on_page(chosen, is_setup=False, has_stumbled=True) == PAID


def test_payments_has_words_for_every_refusal():
    codes = {card.decline_code for card in rules.CARDS.values() if card.decline_code}
    codes |= {rules.NOT_CONFIRMED, rules.HOLDER_NEEDED}
    assert codes - set(DECLINES) == set()
    assert DeclineReason.GENERIC not in {reason_of(code) for code in codes}


BODY, AT, SECRET = b'{"id": "evt_1"}', 1_795_000_000, b"secret"


class TestSignature:
    @given(st.binary(), st.integers(-300, 300))
    def test_what_was_signed_is_believed_for_five_minutes(self, body, late):
        header = rules.signature(body, at=AT, secret=SECRET)
        assert rules.is_genuine(body, header, now=AT + late, secret=SECRET)

    @pytest.mark.parametrize("late", [-301, 301, 86400])
    def test_an_old_one_is_not(self, late):
        header = rules.signature(BODY, at=AT, secret=SECRET)
        assert not rules.is_genuine(BODY, header, now=AT + late, secret=SECRET)

    @given(st.integers(0, len(BODY) - 1), st.integers(1, 255))
    def test_one_changed_byte_is_noticed(self, place, change):
        forged = bytearray(BODY)
        forged[place] ^= change
        header = rules.signature(BODY, at=AT, secret=SECRET)
        assert not rules.is_genuine(bytes(forged), header, now=AT, secret=SECRET)

    def test_another_secret_or_moment_is_noticed(self):
        header = rules.signature(BODY, at=AT, secret=SECRET)
        assert not rules.is_genuine(BODY, header, now=AT, secret=b"other")
        moved = header.replace(str(AT), str(AT + 1))
        assert not rules.is_genuine(BODY, moved, now=AT, secret=SECRET)

    @pytest.mark.parametrize(
        "header",
        ["", "t=,v1=", "t=x,v1=y", "nonsense", f"t={AT}", "t=-1,v1=", f"t={'9' * 400},v1="],
    )
    def test_what_is_no_signature(self, header):
        assert not rules.is_genuine(BODY, header, now=AT, secret=SECRET)

    @given(st.text())
    def test_nothing_made_up_is_believed_and_nothing_breaks(self, header):
        assert not rules.is_genuine(BODY, header, now=AT, secret=SECRET)
