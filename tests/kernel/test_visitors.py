"""Who sends, and how often: counted by the hour, remembered as hashes only."""

from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from madoguchi.kernel import clock, visitors

NOW = datetime(2026, 11, 24, 9, 59, tzinfo=clock.TOKYO)


@pytest.fixture(autouse=True)
def _quiet():
    cache.clear()
    with clock.frozen(NOW):
        yield
    cache.clear()


def request(forwarded="", remote="192.0.2.1"):
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, headers=headers)


class TestAddress:
    def test_without_a_front_server_it_is_whoever_is_connected(self):
        assert visitors.address_of(request("203.0.113.5")) == "192.0.2.1"

    def test_a_front_server_is_believed_for_what_it_added_itself(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
        assert visitors.address_of(request("198.51.100.9, 203.0.113.5")) == "203.0.113.5"

    def test_fewer_names_than_front_servers_are_not_believed(self, settings):
        settings.ALLAUTH_TRUSTED_PROXY_COUNT = 2
        assert visitors.address_of(request("203.0.113.5")) == "192.0.2.1"


class TestCounting:
    def test_each_origin_and_purpose_by_itself(self):
        assert [visitors.count_up("a", "x") for _ in range(3)] == [1, 2, 3]
        assert visitors.count_up("a", "y") == 1
        assert visitors.count_up("b", "x") == 1

    def test_a_new_hour_begins_anew(self):
        visitors.count_up("a", "x")
        with clock.frozen(NOW.replace(hour=10, minute=0)):
            assert visitors.count_up("a", "x") == 1

    def test_what_is_forgiven_does_not_count(self):
        visitors.count_up("a", "x")
        visitors.forgive("a", "x")
        assert visitors.count_up("a", "x") == 1

    def test_nothing_to_forgive(self):
        visitors.forgive("a", "x")
        assert visitors.count_up("a", "x") == 1

    def test_no_origin_is_kept(self):
        visitors.count_up("a", "192.0.2.1")
        assert "192.0.2.1" not in " ".join(cache._cache)

    def test_a_cache_that_keeps_nothing_counts_one(self, settings):
        settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        assert [visitors.count_up("a", "x") for _ in range(2)] == [1, 1]
