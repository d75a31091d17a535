"""The installation that tests run in: its own data folder, quick password hashes."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("MADOGUCHI_DATA_DIR", tempfile.mkdtemp(prefix="madoguchi-tests-"))

os.environ.setdefault("MADOGUCHI_CARD_PROVIDER", "sandbox")

# whitenoise warns of a missing folder, and warnings are errors here
(Path(os.environ["MADOGUCHI_DATA_DIR"]) / "static").mkdir(parents=True, exist_ok=True)

from madoguchi.config.settings import *  # noqa: E402, F403 # the folder must be named before they are read

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]

# both card providers at once; the settings say which one takes the city's payments
MADOGUCHI_BLOCKS = [*MADOGUCHI_BLOCKS, "stripecards"]  # noqa: F405 # from the settings above
INSTALLED_APPS = ["madoguchi.blocks.stripecards", *INSTALLED_APPS]  # noqa: F405 # from the settings above
