"""The whole sample city, step by step.

Each step looks at what is there before it adds anything, so that a load that was interrupted
goes on where it stopped. Once all of it is there an entry in the audit log says so, and from
then on the data belongs to whoever tries the product: nothing is added again.
"""

from contextlib import suppress
from datetime import date

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from madoguchi.blocks.documents import service as documents
from madoguchi.blocks.identity.models import User
from madoguchi.demo import content
from madoguchi.demo.operations import people, plans, voices
from madoguchi.demo.operations.years import Play, Tick, at, play
from madoguchi.demo.rules import YearDays, finished_year, open_year, published_year
from madoguchi.kernel import clock, fiscal
from madoguchi.kernel.audit import operations as audit
from madoguchi.kernel.audit.queries import entries
from madoguchi.kernel.city.models import CityProfile
from madoguchi.plan.models import Plan

WITH_MONEY = frozenset({"fees", "water"})
LOADED = "demo.loaded"
"""The audit action that marks a complete sample."""


class OtherCityHere(Exception):  # errors are named for what could not be done
    """The database holds something that is not the sample city; nothing was added to it."""


def is_loaded() -> bool:
    return bool(entries(action=LOADED, limit=1))


def load_sample(*, on: date, password: str, tick: Tick) -> None:
    """Load what is missing of the sample city as it stands on a day. Raises OtherCityHere.

    ``tick`` is told what is being done, how much of it is done and how much there is.
    """
    if is_loaded():
        return
    _refuse_other_city()
    with translation.override("ja"):
        tick(_("City and staff"), 0, 1)
        people.install_profile()
        _make_authority(on)
        _load_plans(on=on, password=password, tick=tick)
        audit.record(by=None, action=LOADED, subject="demo", detail={"on": on})


def _make_authority(on: date) -> None:
    """What the sample city signs its documents with: a test authority of this installation."""
    with suppress(documents.AuthorityExists):
        documents.make_test_authority(settings.DATA_DIR / "keys", on=on)


def _load_plans(*, on: date, password: str, tick: Tick) -> None:
    past, present = content.finished_plan(), content.running_plan()
    began_on = fiscal.first_day(past.first_year)
    with clock.frozen(at(began_on, 0)):
        office = people.register_office(password=password)
        finished = plans.store(past, by=office)
        cast = people.register_staff(password=password, on=began_on)
    tick(_("City and staff"), 1, 1)
    for fiscal_year in range(past.first_year, past.last_year + 1):
        play(Play(finished, past, fiscal_year, finished_year(fiscal_year), cast, tick))
    voices.decide_matches(cast=cast)
    people.rename_departments(first_day=began_on, by=office)
    with clock.frozen(at(fiscal.first_day(present.first_year), 0)):
        running = plans.store(present, by=office)
    if set(settings.MADOGUCHI_SERVICES) >= WITH_MONEY:
        from madoguchi.demo.operations.money import play_money  # noqa: PLC0415 # only where the services are installed

        play_money(on=on, cast=cast, tick=tick)
    if "onestop" in settings.MADOGUCHI_SERVICES:
        from madoguchi.demo.operations.onestop import play_onestop  # noqa: PLC0415 # as above

        play_onestop(on=on, first_day=fiscal.first_day(present.first_year), cast=cast, tick=tick)
    for fiscal_year, days in _running_years(present, on):
        play(Play(running, present, fiscal_year, days, cast, tick))
    voices.correct_a_figure(running, on=on, cast=cast)
    voices.send_comments(on=on, cast=cast)


def _running_years(present: content.SamplePlan, on: date) -> list[tuple[int, YearDays]]:
    return [
        (present.first_year, published_year(on)),
        (present.first_year + 1, open_year(on)),
    ]


def _refuse_other_city() -> None:
    """The sample is never mixed with a city's own data."""
    own = content.city().profile
    profile = CityProfile.objects.first()
    if profile is None:
        is_other = Plan.objects.exists() or User.objects.exists()
    else:
        is_other = profile.code != own.code
    if is_other:
        raise OtherCityHere
