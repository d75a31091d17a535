"""``python -m madoguchi.config`` is the ``madoguchi`` command."""

from madoguchi.config.cli import main

main()
