from datetime import UTC, datetime

import pytest

from madoguchi.kernel import clock

NIGHT = datetime(2026, 11, 22, 15, 30, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 9, 0, tzinfo=clock.TOKYO)


def test_the_clock_runs_in_tokyo() -> None:
    first = clock.now()
    assert first.tzinfo is clock.TOKYO
    assert first <= clock.now()


def test_a_frozen_clock_stands_and_goes_on_afterwards() -> None:
    with clock.frozen(NIGHT) as at:
        assert clock.now() == at == NIGHT
        assert clock.now().tzinfo is clock.TOKYO
        assert clock.today().isoformat() == "2026-11-23"
        with clock.frozen(MORNING):
            assert clock.now() == MORNING
        assert clock.now() == NIGHT
    assert clock.now() != NIGHT


def test_the_clock_goes_on_after_an_error() -> None:
    with pytest.raises(KeyError), clock.frozen(NIGHT):
        raise KeyError
    assert clock.now() != NIGHT


def test_a_time_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="zone"), clock.frozen(NIGHT.replace(tzinfo=None)):
        pass


@pytest.mark.parametrize(
    ("at", "day"),
    [
        (datetime(2026, 11, 22, 14, 59, 59, tzinfo=UTC), "2026-11-22"),
        (datetime(2026, 11, 22, 15, 0, tzinfo=UTC), "2026-11-23"),
        (datetime(2026, 12, 31, 15, 0, tzinfo=UTC), "2027-01-01"),
        (datetime(2026, 11, 23, 23, 59, tzinfo=clock.TOKYO), "2026-11-23"),
        (datetime(2026, 11, 23, 0, 0, tzinfo=clock.TOKYO), "2026-11-23"),
    ],
)
def test_the_day_of_a_time_is_that_in_tokyo(at: datetime, day: str) -> None:
    assert clock.day_of(at).isoformat() == day


def test_the_day_of_now_is_today() -> None:
    with clock.frozen(NIGHT):
        assert clock.day_of(NIGHT) == clock.day_of(clock.now()) == clock.today()
