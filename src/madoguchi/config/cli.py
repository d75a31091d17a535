"""The ``madoguchi`` command."""

import os
import sys

from django.core.management import execute_from_command_line


def main() -> None:
    """Run a management command with this installation's settings."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madoguchi.config.settings")
    if sys.argv[1:2] == ["demo"]:
        os.environ.setdefault("MADOGUCHI_DEMO", "1")  # before settings are read
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
