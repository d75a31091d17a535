"""Loading where a city's own data is."""

import pytest

from madoguchi.blocks.identity.models import User
from madoguchi.demo.operations import OtherCityHere
from madoguchi.kernel.city.operations import set_profile
from madoguchi.kernel.city.queries import current_city
from madoguchi.plan.models import Plan
from tests.demo.conftest import load


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
