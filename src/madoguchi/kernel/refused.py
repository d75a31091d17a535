"""The base of everything that an operation may refuse, in words for whoever asked for it."""

from collections.abc import Mapping

from django.utils.functional import Promise


class Refused(Exception):
    """What could not be done; ``str()`` says so in the reader's language."""

    message: str | Promise = ""

    def __init__(self, **values: object) -> None:
        super().__init__(values)
        self.values: Mapping[str, object] = values

    def __str__(self) -> str:
        return str(self.message) % self.values
