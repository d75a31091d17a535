"""What follows from a provider's word, without any provider."""

from datetime import date
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.blocks.payments.queries.cards import decline_words
from madoguchi.blocks.payments.rules.cards import (
    DECLINES,
    CardStatus,
    DeclineReason,
    is_expired,
    next_status,
    reason_of,
)

TOLD = ("open", "challenge", "succeeded", "declined", "abandoned")


def after(words):
    status = CardStatus.STARTED
    for told in words:
        status = next_status(status, told)
    return status


@given(st.lists(st.sampled_from(TOLD), max_size=8), st.randoms())
def test_the_order_and_repetition_of_messages_does_not_matter(words, chance):
    other = words + words[:3]
    chance.shuffle(other)
    assert after(other) == after(words)


@pytest.mark.parametrize("words", list(permutations(TOLD)))
def test_money_that_was_taken_counts_whatever_else_was_said(words):
    assert after(words) == CardStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ((), CardStatus.STARTED),
        (("challenge", "open"), CardStatus.CHALLENGE),
        (("challenge", "declined"), CardStatus.DECLINED),
        (("declined", "abandoned"), CardStatus.DECLINED),
        (("abandoned", "challenge"), CardStatus.ABANDONED),
        (("abandoned", "succeeded"), CardStatus.SUCCEEDED),
    ],
)
def test_the_status_after_messages(words, status):
    assert after(words) == status


def test_whoever_holds_a_lost_card_does_not_learn_that_it_is_known():
    shown = {
        decline_words(code) for code in ("lost_card", "stolen_card", "pickup_card", "fraudulent")
    }
    assert shown == {decline_words("generic_decline")}


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("insufficient_funds", DeclineReason.INSUFFICIENT_FUNDS),
        ("expired_card", DeclineReason.EXPIRED),
        ("incorrect_cvc", DeclineReason.WRONG_SECURITY_CODE),
        ("authentication_required", DeclineReason.CONFIRMATION_NEEDED),
        ("processing_error", DeclineReason.TRY_AGAIN),
        ("withdrawal_count_limit_exceeded", DeclineReason.LIMIT_EXCEEDED),
        ("a_code_of_tomorrow", DeclineReason.GENERIC),
        ("", DeclineReason.GENERIC),
    ],
)
def test_what_is_behind_a_code(code, reason):
    assert reason_of(code) == reason


def test_every_reason_has_words_of_its_own():
    words = {reason: decline_words(code) for code, reason in DECLINES.items()}
    assert set(words) == set(DeclineReason)
    assert len({str(each.happened) + str(each.next_step) for each in words.values()}) == len(words)


@pytest.mark.parametrize(
    ("expires", "on", "is_over"),
    [
        ("2026-11", date(2026, 11, 30), False),
        ("2026-11", date(2026, 12, 1), True),
        ("2026-12", date(2026, 11, 1), False),
        ("", date(2026, 11, 1), False),
    ],
)
def test_a_card_is_good_through_its_month(expires, on, is_over):
    assert is_expired(expires, on) is is_over
