"""What water costs, against an oracle that counts m³ by m³ and against worked examples."""

from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from madoguchi.services.water.rules.tariff import (
    Counts,
    NoBase,
    NoTariff,
    Rounding,
    Scale,
    Step,
    Tariff,
    TariffFault,
    TaxRate,
    faults,
    months_charged,
    tariff_for,
    water_charge,
)

D = Decimal
TEN = TaxRate(date(2019, 10, 1), D(10))
EXAMPLE = Tariff(
    from_on=date(2024, 4, 1),
    base={13: D(1540), 20: D(2180), 25: D(2900), 50: D("15400.5")},
    water=Scale(16, (Step(40, D("131.5")), Step(60, D(168)), Step(None, D("212.3")))),
    sewer_base=D(1200),
    sewer=Scale(16, (Step(40, D("98.7")), Step(None, D(140)))),
)


def charge(used, *, pipe=20, sewer=True, months=2, tariff=EXAMPLE, tax=TEN):
    return water_charge(tariff, tax, pipe, used, sewer, months=months)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # 2,180 × 1.1 = 2,398; 1,200 × 1.1 = 1,320
        ((20, 0, True, 2), (2398, 1320, 3718, 338)),
        ((20, 16, True, 2), (2398, 1320, 3718, 338)),
        # (2,180 + 131.5) × 1.1 = 2,542.65; (1,200 + 98.7) × 1.1 = 1,428.57
        ((20, 17, True, 2), (2542, 1428, 3970, 360)),
        # (2,180 + 24 × 131.5) × 1.1 = 5,869.6; (1,200 + 24 × 98.7) × 1.1 = 3,925.68
        ((20, 40, True, 2), (5869, 3925, 9794, 890)),
        # (1,540 + 24 × 131.5 + 20 × 168 + 5 × 212.3) × 1.1 = 10,029.25
        ((13, 65, False, 2), (10029, None, 10029, 911)),
        # one month: (1,090 + 12 × 131.5) × 1.1 = 2,934.8; (600 + 12 × 98.7) × 1.1 = 1,962.84
        ((20, 20, True, 1), (2934, 1962, 4896, 445)),
        # 15,400.5 × 1.1 = 16,940.55
        ((50, 10, False, 2), (16940, None, 16940, 1540)),
    ],
)
def test_the_table_of_examples(given, expected):
    """Pipe, m³, sewer, months; water, sewer, total, tax within."""
    pipe, used, sewer, months = given
    found = charge(used, pipe=pipe, sewer=sewer, months=months)
    parts = (found.water.total, found.sewer and found.sewer.total)
    assert (*parts, found.total, found.tax) == expected
    assert found.months == months


def test_the_lines_say_how_it_is_made_up():
    found = charge(65, pipe=13)
    assert [(line.from_m3, line.up_to_m3, line.m3, line.yen) for line in found.water.lines] == [
        (16, 40, 24, D("131.5")),
        (40, 60, 20, D(168)),
        (60, None, 5, D("212.3")),
    ]
    assert found.water.base + sum(line.amount for line in found.water.lines) == D("9117.5")
    assert found.water.exclusive == D("9117.5")
    assert found.sewer.exclusive == D(1200) + 24 * D("98.7") + 25 * 140
    assert found.exclusive == found.water.exclusive + found.sewer.exclusive


def test_the_sum_may_be_rounded_once():
    once = Tariff(**{**_fields(EXAMPLE), "rounding": Rounding.TOTAL})
    # 2,542.65 + 1,428.57 = 3,971.22
    found = charge(17, tariff=once)
    assert (found.total, found.water.total, found.sewer.total) == (3971, 2543, 1428)


def test_a_pipe_without_a_base_is_refused():
    with pytest.raises(NoBase) as refused:
        charge(1, pipe=75)
    assert refused.value.pipe_mm == 75


def _fields(tariff):
    return {name: getattr(tariff, name) for name in Tariff.__dataclass_fields__}


yen = st.decimals(0, 1000, places=2, allow_nan=False)


@st.composite
def scales(draw):
    included = draw(st.integers(0, 20))
    limits = sorted(draw(st.sets(st.integers(included + 1, 120), max_size=5)))
    return Scale(included, tuple(Step(limit, draw(yen)) for limit in [*limits, None]))


tariffs = st.builds(
    Tariff,
    from_on=st.just(date(2024, 4, 1)),
    base=st.fixed_dictionaries({13: st.decimals(2, 99999, places=1)}),
    water=scales(),
    sewer_base=st.decimals(0, 9999, places=1),
    sewer=scales(),
    rounding=st.sampled_from(Rounding),
)
taxes = st.builds(TaxRate, st.just(date(2019, 10, 1)), st.decimals(0, 25, places=2))
volumes = st.integers(0, 250)


def oracle_exclusive(base, scale, used, months):
    """Half m³ by half m³, each at the price of the step in which it lies; exact fractions."""
    total = Fraction(base) * months / 2
    for half in range(2 * used):
        end = Fraction(half + 1, 2) * 2 / months  # where this half m³ ends, in two months
        if end <= scale.included_m3:
            continue
        begin = Fraction(half, 2) * 2 / months
        assert begin >= scale.included_m3
        price = next(s.yen for s in scale.steps if s.up_to is None or end <= s.up_to)
        total += Fraction(price) / 2
    return total


def oracle(tariff, tax, used, *, sewer, months):
    factor = 1 + Fraction(tax.per_cent) / 100
    parts = [oracle_exclusive(tariff.base[13], tariff.water, used, months) * factor]
    if sewer:
        parts.append(oracle_exclusive(tariff.sewer_base, tariff.sewer, used, months) * factor)
    if tariff.rounding is Rounding.TOTAL:
        parts = [sum(parts)]
    return sum(part.numerator // part.denominator for part in parts)


@given(tariffs, taxes, volumes, st.booleans(), st.sampled_from([1, 2]))
def test_equals_an_oracle_that_counts_by_half_m3(tariff, tax, used, sewer, months):
    found = water_charge(tariff, tax, 13, used, sewer, months=months)
    assert found.total == oracle(tariff, tax, used, sewer=sewer, months=months)
    assert found.total == found.water.total + (found.sewer.total if found.sewer else 0)
    assert found.tax == found.total * Fraction(tax.per_cent) // (100 + Fraction(tax.per_cent))


@given(tariffs, taxes, volumes, st.integers(0, 50), st.sampled_from([(False, 2), (True, 1)]))
def test_more_water_never_costs_less(tariff, tax, used, more, how):
    sewer, months = how
    less = water_charge(tariff, tax, 13, used, sewer, months=months)
    assert water_charge(tariff, tax, 13, used + more, sewer, months=months).total >= less.total


@given(tariffs, volumes)
def test_no_jump_at_the_steps(tariff, used):
    """One m³ more costs what its step says, also right after a limit."""
    here = water_charge(tariff, TEN, 13, used, False).exclusive
    there = water_charge(tariff, TEN, 13, used + 1, False).exclusive
    steps = tariff.water.steps
    price = next(s.yen for s in steps if s.up_to is None or used + 1 <= s.up_to)
    assert there - here == (price if used >= tariff.water.included_m3 else 0)


@given(tariffs, taxes, volumes)
def test_two_single_months_cost_as_much_as_both_before_rounding(tariff, tax, used):
    single = water_charge(tariff, tax, 13, used, True, months=1).exclusive
    assert 2 * single == water_charge(tariff, tax, 13, 2 * used, True).exclusive


@given(tariffs, volumes)
def test_the_lines_cover_the_volume(tariff, used):
    lines = water_charge(tariff, TEN, 13, used, False).water.lines
    assert sum(line.m3 for line in lines) == max(used - tariff.water.included_m3, 0)


class TestWhichTariff:
    OLD = TaxRate(date(2014, 4, 1), D(8))
    NEW = TaxRate(date(2019, 10, 1), D(10))

    def of(self, first_day, read_on, counts=Counts.PERIODS):
        new = TaxRate(self.NEW.from_on, self.NEW.per_cent, counts)
        return tariff_for([new, self.OLD], first_day=first_day, read_on=read_on).per_cent

    def test_a_period_that_spans_the_change_goes_by_the_one_before(self):
        assert self.of(date(2019, 9, 30), date(2019, 11, 30)) == 8
        assert self.of(date(2019, 10, 1), date(2019, 11, 30)) == 10

    def test_or_by_the_reading_where_the_tariff_says_so(self):
        assert self.of(date(2019, 8, 1), date(2019, 9, 30), Counts.READINGS) == 8
        assert self.of(date(2019, 8, 1), date(2019, 10, 1), Counts.READINGS) == 10

    def test_before_the_first_there_is_none(self):
        with pytest.raises(NoTariff) as refused:
            self.of(date(2014, 3, 31), date(2014, 5, 31))
        assert refused.value.day == date(2014, 3, 31)


@pytest.mark.parametrize(
    ("days", "half_up_to", "expected"),
    [(1, 31, 1), (31, 31, 1), (32, 31, 2), (61, 31, 2), (15, 0, 2), (15, 15, 1), (16, 15, 2)],
)
def test_a_short_period_is_charged_as_one_month(days, half_up_to, expected):
    tariff = Tariff(**{**_fields(EXAMPLE), "half_up_to_days": half_up_to})
    first = date(2026, 3, 1)
    last = first + timedelta(days=days - 1)
    assert months_charged(tariff, first_day=first, last_day=last) == expected


class TestFaults:
    def of(self, **changes):
        return faults(Tariff(**{**_fields(EXAMPLE), **changes}))

    def test_the_example_has_none(self):
        assert self.of() == ()

    @pytest.mark.parametrize("base", [{}, {13: D(0)}, {13: D(1)}, {13: D(-5)}])
    def test_a_base_is_needed_so_that_no_bill_comes_to_nothing(self, base):
        assert self.of(base=base) == (TariffFault.NO_BASE,)

    @pytest.mark.parametrize(
        ("scale", "expected"),
        [
            (Scale(0, ()), (TariffFault.STEPS_END,)),
            (Scale(0, (Step(10, D(1)),)), (TariffFault.STEPS_END,)),
            (Scale(0, (Step(None, D(1)), Step(None, D(1)))), (TariffFault.STEPS_END,)),
            (Scale(10, (Step(10, D(1)), Step(None, D(1)))), (TariffFault.STEPS_ORDER,)),
            (
                Scale(0, (Step(20, D(1)), Step(20, D(1)), Step(None, D(1)))),
                (TariffFault.STEPS_ORDER,),
            ),
            (Scale(0, (Step(None, D(-1)),)), (TariffFault.NEGATIVE,)),
        ],
    )
    def test_steps(self, scale, expected):
        assert self.of(water=scale) == expected
        assert self.of(sewer=scale) == expected

    def test_a_sewer_may_be_free_but_not_negative(self):
        assert self.of(sewer_base=D(0)) == ()
        assert self.of(sewer_base=D(-1)) == (TariffFault.NEGATIVE,)

    @given(tariffs)
    def test_a_sound_tariff_never_bills_nothing(self, tariff):
        assert faults(tariff) == ()
        free = TaxRate(date(2019, 10, 1), D(0))
        assert water_charge(tariff, free, 13, 0, False, months=1).total >= 1


def test_the_exact_amount_is_floored_not_rounded():
    nearly = Tariff(
        date(2024, 4, 1), {13: D("9.99")}, Scale(0, (Step(None, D(0)),)), D(0),
        Scale(0, (Step(None, D(0)),)),
    )  # fmt: skip
    free = TaxRate(date(2019, 10, 1), D(0))
    expected = int(D("9.99").to_integral_value(ROUND_FLOOR))
    assert water_charge(nearly, free, 13, 5, True).total == expected == 9
