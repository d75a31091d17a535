"""Asking the authentication app who somebody is, and what follows for their account."""

import hmac
import logging
from typing import Any, Final

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oidc.core import CodeIDToken
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from django.conf import settings
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils.crypto import get_random_string
from django.utils.translation import pgettext
from joserfc import jwk, jwt
from joserfc.errors import JoseError

from madoguchi.blocks.identity.models import IdentityLink, User
from madoguchi.blocks.identity.operations import errors
from madoguchi.blocks.identity.operations.residents import add_resident, lock_resident, tell
from madoguchi.blocks.identity.rules.authentication_app import (
    ALGORITHM,
    Journey,
    Proven,
    Provider,
    own_values,
)
from madoguchi.kernel import clock
from madoguchi.kernel.audit import operations as audit

TIMEOUT: Final = (5, 15)
"""Seconds to reach the provider, and to wait for its answer."""
LEEWAY: Final = 60
ASSERTION_SECONDS: Final = 120
KEYS_SECONDS: Final = 60 * 60

logger = logging.getLogger(__name__)


def provider() -> Provider | None:
    """The provider of the settings; None where none is set up."""
    if not (settings.MADOGUCHI_OIDC_ISSUER and settings.MADOGUCHI_OIDC_CLIENT_ID):
        return None
    return Provider(
        issuer=settings.MADOGUCHI_OIDC_ISSUER,
        client_id=settings.MADOGUCHI_OIDC_CLIENT_ID,
        scopes=settings.MADOGUCHI_OIDC_SCOPES,
        acr_values=settings.MADOGUCHI_OIDC_ACR_VALUES,
    )


def begin_journey(*, back: str, after: str, is_link: bool = False) -> tuple[str, Journey]:
    """The address to send the browser to, and what to keep until it comes back to ``back``.

    Raises AppNotSetUp.
    """
    asked = _provider()
    journey = Journey(
        state=get_random_string(43),
        nonce=get_random_string(43),
        verifier=get_random_string(64),
        begun_at=clock.now().timestamp(),
        after=after,
        is_link=is_link,
    )
    more = {"acr_values": asked.acr_values} if asked.acr_values else {}
    session = OAuth2Session(
        asked.client_id, scope=asked.scopes, redirect_uri=back, code_challenge_method="S256"
    )
    url, _state = session.create_authorization_url(
        asked.at("auth"),
        state=journey.state,
        nonce=journey.nonce,
        code_verifier=journey.verifier,
        **more,
    )
    return url, journey


def finish_journey(
    *, journey: Journey, back: str, state: str, code: str, issuer: str = ""
) -> Proven:
    """Who came back. ``issuer`` is the one named in the answer, where it names one.

    Raises AppAnswerWrong for whatever is forged, old or used, AppUnavailable for a provider that
    does not answer, AppNotSetUp.
    """
    asked = _provider()
    is_ours = hmac.compare_digest(state.encode(), journey.state.encode())
    if not is_ours or not journey.is_open(clock.now()) or issuer not in {"", asked.issuer}:
        raise errors.AppAnswerWrong
    try:
        return _ask(asked, journey, back=back, code=code)
    except (OAuthError, JoseError, ValueError, TypeError, KeyError) as error:
        # a provider that answers no JSON raises a ValueError too, but of requests: see below
        if isinstance(error, requests.RequestException):
            raise _unavailable(error) from error
        logger.warning("an answer of the authentication app was refused: %s", _why(error))
        raise errors.AppAnswerWrong from error
    except requests.RequestException as error:
        raise _unavailable(error) from error


def _provider() -> Provider:
    found = provider()
    if found is None:
        raise errors.AppNotSetUp
    return found


def _unavailable(error: requests.RequestException) -> errors.AppUnavailable:
    logger.warning("the authentication app does not answer: %s", type(error).__name__)
    return errors.AppUnavailable()


def _why(error: Exception) -> str:
    """What was wrong, without anything that the answer said of a person."""
    return str(getattr(error, "error", "")) or type(error).__name__


def _ask(asked: Provider, journey: Journey, *, back: str, code: str) -> Proven:
    key, method = _client_key()
    session = OAuth2Session(
        asked.client_id,
        key,
        scope=asked.scopes,
        redirect_uri=back,
        token_endpoint_auth_method="private_key_jwt",  # noqa: S106 # the name of a method
        default_timeout=TIMEOUT[1],
    )
    session.max_redirects = 0
    session.register_client_auth_method(_assertion(asked, method))
    token = session.fetch_token(
        asked.at("token"), code=code, code_verifier=journey.verifier, timeout=TIMEOUT
    )
    claims = _checked(asked, str(token["id_token"]), journey, str(token["access_token"]))
    told = claims
    if asked.scopes.split() != ["openid"]:
        answer = session.get(asked.at("userinfo"), timeout=TIMEOUT)
        answer.raise_for_status()
        told = answer.json()
        if told.get("sub") != claims["sub"]:
            raise ValueError("userinfo is about somebody else")
    return Proven(asked.issuer, str(claims["sub"]), own_values(told))


def _client_key() -> tuple[Any, str]:
    """The city's key, and the algorithm that belongs to its kind."""
    if settings.MADOGUCHI_OIDC_KEY is None:
        raise errors.AppNotSetUp
    pem = settings.MADOGUCHI_OIDC_KEY.read_bytes()
    if isinstance(load_pem_private_key(pem, None), EllipticCurvePrivateKey):
        return jwk.ECKey.import_key(pem), "ES256"
    return jwk.RSAKey.import_key(pem), "RS256"


def _assertion(asked: Provider, algorithm: str) -> PrivateKeyJWT:
    """Proves the city once, for two minutes: each has a number of its own."""
    now = int(clock.now().timestamp())
    kid = settings.MADOGUCHI_OIDC_KEY_ID
    return PrivateKeyJWT(
        asked.at("token"),
        claims={"iat": now, "exp": now + ASSERTION_SECONDS},
        headers={"kid": kid} if kid else {},
        alg=algorithm,
    )


def _checked(asked: Provider, id_token: str, journey: Journey, access_token: str) -> dict[str, Any]:
    """The claims of an ID token that is signed, ours, fresh, and an answer to this journey."""
    try:
        decoded = jwt.decode(id_token, _keys(asked), algorithms=[ALGORITHM])
    except (JoseError, ValueError):
        # perhaps the provider has begun to sign with a new key
        decoded = jwt.decode(id_token, _keys(asked, is_fresh=True), algorithms=[ALGORITHM])
    claims = CodeIDToken(
        decoded.claims,
        decoded.header,
        options={
            "iss": {"essential": True, "value": asked.issuer},
            "aud": {"essential": True, "value": asked.client_id},
        },
        params={
            "nonce": journey.nonce,
            "client_id": asked.client_id,
            "access_token": access_token,
        },
    )
    claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    if not isinstance(claims["sub"], str) or not 0 < len(claims["sub"]) <= 255:
        raise ValueError("no subject that can be kept")
    return dict(claims)


def _keys(asked: Provider, *, is_fresh: bool = False) -> jwk.KeySet:
    """The provider's public keys, kept for an hour."""
    place = f"identity.keys.{asked.issuer}"
    kept = None if is_fresh else cache.get(place)
    if kept is None:
        answer = requests.get(asked.at("certs"), timeout=TIMEOUT, allow_redirects=False)
        answer.raise_for_status()
        kept = answer.json()
        cache.set(place, kept, KEYS_SECONDS)
    return jwk.KeySet.import_key_set(kept)


@transaction.atomic
def _add_linked(proven: Proven) -> User:
    resident = add_resident()
    _link(resident, proven)
    return resident


def resident_of_app(*, proven: Proven) -> User:
    """The account of whoever the app proved, made where there is none; two at once get the same."""
    links = IdentityLink.objects.filter(issuer=proven.issuer, subject=proven.subject)
    found = links.select_related("user").first()
    if found is None:
        try:
            return _add_linked(proven)
        except errors.LinkedElsewhere:
            found = links.select_related("user").get()
    return found.user


@transaction.atomic
def link_app(*, resident: User, proven: Proven, by: User) -> None:
    """The app opens this account too from now on.

    Raises LinkedElsewhere where it opens another one already, LinkedAlready where this account has
    another person's app, NotResident, AccountErased.
    """
    resident = lock_resident(resident)
    kept = IdentityLink.objects.filter(user=resident, issuer=proven.issuer).first()
    if kept is not None:
        if kept.subject != proven.subject:
            raise errors.LinkedAlready
        return
    _link(resident, proven)
    audit.record(by=by, action="identity.app_linked", subject=f"identity.user:{resident.pk}")
    tell(resident.email, pgettext("account", "The Digital Authentication App was linked."))


def _link(resident: User, proven: Proven) -> None:
    try:
        with transaction.atomic():
            IdentityLink.objects.create(
                user=resident,
                issuer=proven.issuer,
                subject=proven.subject,
                linked_at=clock.now(),
            )
    except IntegrityError as error:
        raise errors.LinkedElsewhere from error


@transaction.atomic
def unlink_app(*, resident: User, by: User) -> None:
    """The app opens the account no more. Raises OnlyWayIn where nothing else would."""
    resident = lock_resident(resident)
    if not resident.email:
        raise errors.OnlyWayIn
    removed, _per_model = IdentityLink.objects.filter(user=resident).delete()
    if removed:
        audit.record(by=by, action="identity.app_unlinked", subject=f"identity.user:{resident.pk}")
        tell(resident.email, pgettext("account", "The Digital Authentication App was unlinked."))
