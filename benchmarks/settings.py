"""The installation that is measured: settings as in production, and one bare view beside ours."""

import os

os.environ.setdefault("MADOGUCHI_LOG_LEVEL", "WARNING")

from madoguchi.config.settings import *  # noqa: F403 # the level must be named before

ROOT_URLCONF = "benchmarks.urls"
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}

# visitors of a benchmark come from many addresses, which the server in front names
MADOGUCHI_TRUSTED_PROXIES = ALLAUTH_TRUSTED_PROXY_COUNT = 1
