"""The city's colour and mark as files."""

import pytest
from django.test import Client

from madoguchi.kernel.city.models import CityProfile

pytestmark = pytest.mark.django_db


def test_theme_carries_the_citys_colour(client: Client) -> None:
    CityProfile.objects.create(name="日向町", key_colour="#115A36")
    answer = client.get("/theme.css")
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert "--key-colour: #115a36;" in answer.text
    assert "public" in answer["Cache-Control"]


def test_theme_falls_back_where_the_colour_cannot_be_read(client: Client) -> None:
    CityProfile.objects.create(name="日向町", key_colour="#ffff00")
    assert "--key-colour: #0017c1;" in client.get("/theme.css").text


def test_theme_and_mark_before_any_city_is_set(client: Client) -> None:
    assert "--key-colour: #0017c1;" in client.get("/theme.css").text
    assert ">窓</text>" in client.get("/favicon.svg").text


@pytest.mark.parametrize(("mark", "shown"), [("日", ">日<"), ("日向", ">日向<"), ("", ">日<")])
def test_mark_is_the_favicon(client: Client, mark: str, shown: str) -> None:
    CityProfile.objects.create(name="日向町", mark=mark)
    answer = client.get("/favicon.svg")
    assert answer["Content-Type"] == "image/svg+xml"
    assert shown in answer.text


def test_mark_cannot_carry_markup(client: Client) -> None:
    CityProfile.objects.create(name="日向町", mark="<a")
    assert ">&lt;a<" in client.get("/favicon.svg").text


def test_both_are_only_read(client: Client) -> None:
    assert client.post("/theme.css").status_code == 405
    assert client.post("/favicon.svg").status_code == 405
