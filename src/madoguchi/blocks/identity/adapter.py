"""How allauth behaves here: staff come in with a password, residents in any other way."""

from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.mfa.adapter import DefaultMFAAdapter
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from madoguchi.blocks.identity.models import User
from madoguchi.kernel import clock
from madoguchi.kernel.city.queries import current_city


class StaffBackend(AuthenticationBackend):  # type: ignore[misc] # allauth ships no types
    """Passwords open accounts of staff alone, even where a resident has the same mail address."""

    def _authenticate_by_email(self, email: str, password: str) -> AbstractBaseUser | None:
        for person in User.objects.filter(kind=User.Kind.STAFF, email__iexact=email):
            if self._check_password(person, password):
                return person
        return None

    def _check_password(
        self, user: AbstractBaseUser | None, password: str
    ) -> AbstractBaseUser | None:
        if isinstance(user, User) and user.is_resident:
            return None
        checked: AbstractBaseUser | None = super()._check_password(user, password)
        return checked


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc] # as above
    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 # allauth's signature
        return False

    def pre_login(
        self, request: HttpRequest, user: AbstractBaseUser, **hook: Any
    ) -> HttpResponse | None:
        """Whatever leads here: without a password nobody becomes a member of staff."""
        methods = {record["method"] for record in get_authentication_records(request, user)}
        is_staff = not (isinstance(user, User) and user.is_resident)
        if is_staff != ("password" in methods):
            raise PermissionDenied(_("Staff sign in with their password."))
        answer: HttpResponse | None = super().pre_login(request, user, **hook)
        return answer

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


class SecondFactorAdapter(DefaultMFAAdapter):  # type: ignore[misc] # as above
    def is_mfa_enabled(self, user: AbstractBaseUser, types: list[str] | None = None) -> bool:
        """A resident's passkey is another way in, not a second step after the mail code."""
        if isinstance(user, User) and user.is_resident:
            return False
        enabled: bool = super().is_mfa_enabled(user, types=types)
        return enabled

    def get_public_key_credential_user_entity(self, user: AbstractBaseUser) -> dict[str, Any]:
        """What the device shows in its list of passkeys."""
        entity: dict[str, Any] = super().get_public_key_credential_user_entity(user)
        shown = getattr(user, "email", "") or str(user)
        return {**entity, "name": shown, "display_name": shown}

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": current_city().name}
