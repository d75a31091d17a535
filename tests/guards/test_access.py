"""Every address against a declared table of who may open it."""

import pytest
from django.urls import URLPattern, URLResolver, get_resolver
from tests.guards.access_table import ACCESS, LIBRARIES


def _own(patterns, prefix="", namespace=""):
    for entry in patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            if any(route.startswith(library) for library in LIBRARIES):
                continue
            inner = ":".join(filter(None, [namespace, entry.namespace]))
            yield from _own(entry.url_patterns, route, inner)
        elif isinstance(entry, URLPattern):
            module = getattr(entry.callback, "__module__", "")
            yield ":".join(filter(None, [namespace, entry.name or route])), route, module


def own_names():
    """Names of our own addresses; Wagtail's and allauth's are theirs to test."""
    return sorted(
        {name for name, _, module in _own(get_resolver().url_patterns) if _is_ours(module)}
    )


def _is_ours(module):
    return module.startswith(("madoguchi.", "ninja."))


@pytest.mark.parametrize("name", own_names())
def test_every_address_says_who_may_open_it(name):
    assert name in ACCESS


def test_the_table_names_no_address_that_is_gone():
    assert sorted(set(ACCESS) - set(own_names())) == []
