"""Loading into what is there already: half a sample, or a city's own data."""

import pytest

from madoguchi.blocks.identity.models import User
from madoguchi.demo import content
from madoguchi.demo.operations import OtherCityHere, is_loaded
from madoguchi.kernel.city.operations import set_profile
from madoguchi.kernel.city.queries import current_city
from madoguchi.plan.models import CouncilScore, FrozenFigure, Milestone, Plan, Report, ReportNote
from madoguchi.plan.queries.documents import stored_plan
from tests.demo.conftest import Stopped, load

SCORES = sum(
    len(year.scores)
    for plan in (content.finished_plan(), content.running_plan())
    for sheet in plan.sheets
    for year in sheet.years.values()
)
MILESTONES = sum(
    len(year.milestones)
    for plan in (content.finished_plan(), content.running_plan())
    for sheet in plan.sheets
    for year in sheet.years.values()
)


def contents():
    """What must not be there twice, and must all be there."""
    return {
        "plans": [
            stored_plan(plan, only_published=False).document
            for plan in Plan.objects.order_by("slug")
        ],
        "reports": Report.objects.count(),
        "notes": ReportNote.objects.count(),
        "scores": CouncilScore.objects.count(),
        "milestones": Milestone.objects.count(),
        "figures": FrozenFigure.objects.count(),
    }


@pytest.mark.django_db
def test_a_load_that_was_cut_off_goes_on_where_it_stopped():
    for stop_after in (0, 1, 20, 45, 60, 10, 100):
        with pytest.raises(Stopped):
            load(stop_after=stop_after)
    assert not is_loaded()
    load()
    assert is_loaded()
    found = contents()
    assert found["plans"][0] == content.finished_plan().reported
    assert (found["scores"], found["milestones"]) == (SCORES, MILESTONES)
    load()
    assert contents() == found


@pytest.mark.django_db
def test_the_sample_is_not_mixed_with_a_city_s_own_data():
    set_profile(by=None, name="ほんとうの市", code="131016")
    with pytest.raises(OtherCityHere):
        load()
    assert current_city().name == "ほんとうの市"
    assert not User.objects.exists()


@pytest.mark.django_db
def test_the_sample_is_not_added_where_people_work_already():
    User.objects.create_user("somebody")
    with pytest.raises(OtherCityHere):
        load()
    assert not Plan.objects.exists()
