"""The installation that is measured: settings as in production, and one bare view beside ours."""

import os

os.environ.setdefault("MADOGUCHI_LOG_LEVEL", "WARNING")

from madoguchi.config.settings import *  # noqa: F403 # the level must be named before

ROOT_URLCONF = "benchmarks.urls"
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
