"""The installation that is measured: settings as in production, and one bare view beside ours."""

from madoguchi.config.settings import *  # noqa: F403 # the measured installation is the real one

ROOT_URLCONF = "benchmarks.urls"
LOGGING["root"]["level"] = "WARNING"  # noqa: F405 # from the line above
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
