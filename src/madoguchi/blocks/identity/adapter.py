"""How allauth behaves here: the office registers the people of the city hall."""

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from madoguchi.kernel import clock


class StaffAccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # allauth ships no types
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 # allauth's signature
        return False

    def is_reauthentication_required(self, *, app: str, **kwargs: object) -> bool:
        """Ask for the password again, unless the whole sign-in was just now.

        Whoever must set up a second factor before anything else has typed the password a moment
        ago. A session that is older than allauth's limit is asked, as everywhere.
        """
        required: bool = super().is_reauthentication_required(app=app, **kwargs)
        return required and not self._has_just_signed_in()

    def _has_just_signed_in(self) -> bool:
        now = clock.now().timestamp()
        return any(
            now - record["at"] < app_settings.REAUTHENTICATION_TIMEOUT
            for record in get_authentication_records(self.request, self.request.user)
        )
