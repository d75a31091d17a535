"""Settings, read once from the environment; docs/operations.md describes each."""

import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.csp import CSP
from environs import Env
from marshmallow.validate import OneOf

env = Env()

PACKAGE = Path(__file__).resolve().parent.parent

DATA_DIR = env.path("MADOGUCHI_DATA_DIR", default=Path.cwd() / "var")
"""Database file, uploads, the generated secret: everything that must be kept."""
# names, addresses and receipts lie in it: one that is made here is for the service's user only
DATA_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)


def _secret_key() -> str:
    """The key from the environment, or one made on first use and kept in the data folder."""
    if key := env.str("SECRET_KEY", default=""):
        return key
    kept = DATA_DIR / "secret-key"
    if not kept.exists():
        kept.touch(mode=0o600)
        kept.write_text(secrets.token_urlsafe(50), encoding="utf-8")
    return kept.read_text(encoding="utf-8")


SECRET_KEY = _secret_key()
DEBUG = env.bool("MADOGUCHI_DEBUG", default=False)
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
BASE_URL = env.str("MADOGUCHI_BASE_URL", default="http://localhost:8000")
IS_HTTPS = BASE_URL.startswith("https://")
MADOGUCHI_TRUSTED_PROXIES = env.int("MADOGUCHI_TRUSTED_PROXIES", default=0)
CSRF_TRUSTED_ORIGINS: list[str] = [
    *((f"https://{urlsplit(BASE_URL).netloc}",) if IS_HTTPS else ()),
    *env.list("CSRF_TRUSTED_ORIGINS", default=[]),
]

MADOGUCHI_SERVICES: list[str] = env.list(
    "MADOGUCHI_SERVICES", default=["plan", "fees", "water", "onestop"]
)
"""What this city runs: ``plan`` and names of packages in ``madoguchi.services``."""
BLOCKS_OF_SERVICES = {"fees": ["payments"], "water": ["payments"], "onestop": ["procedures"]}
"""The building blocks that only some services stand on; without them they are left out too."""
MADOGUCHI_REQUIRE_MFA = env.bool("MADOGUCHI_REQUIRE_MFA", default=False)
MADOGUCHI_DEMO = env.bool("MADOGUCHI_DEMO", default=False)

# who takes card payments for the city: nobody, the sandbox of the sample city, or Stripe
MADOGUCHI_CARD_PROVIDER = env.str(
    "MADOGUCHI_CARD_PROVIDER",
    default="sandbox" if MADOGUCHI_DEMO else "",
    validate=OneOf(["", "sandbox", "stripe"]),
)
CARD_APPS = {"sandbox": "cardsandbox", "stripe": "stripecards"}
STRIPE_SECRET_KEY = env.str("STRIPE_SECRET_KEY", default="")
STRIPE_PUBLISHABLE_KEY = env.str("STRIPE_PUBLISHABLE_KEY", default="")
STRIPE_WEBHOOK_SECRET = env.str("STRIPE_WEBHOOK_SECRET", default="")
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="https://api.stripe.com")
STRIPE_JS_URL = env.str("STRIPE_JS_URL", default="https://js.stripe.com/v3/")

# what documents are signed with; the sample city makes a key for itself
_signing_key = env.str(
    "MADOGUCHI_SIGNING_KEY",
    default=str(DATA_DIR / "keys" / "signing.p12") if MADOGUCHI_DEMO else "",
)
MADOGUCHI_SIGNING_KEY = Path(_signing_key) if _signing_key else None
MADOGUCHI_SIGNING_PASSPHRASE = env.str("MADOGUCHI_SIGNING_PASSPHRASE", default="")


def _needed_blocks() -> list[str]:
    blocks = {block for name in MADOGUCHI_SERVICES for block in BLOCKS_OF_SERVICES.get(name, [])}
    if "payments" in blocks and MADOGUCHI_CARD_PROVIDER:
        blocks.add(CARD_APPS[MADOGUCHI_CARD_PROVIDER])
    return sorted(blocks)


MADOGUCHI_BLOCKS = _needed_blocks()


def _service_app(name: str) -> str:
    return "madoguchi.plan" if name == "plan" else f"madoguchi.services.{name}"


INSTALLED_APPS = [
    "madoguchi.kernel.pages",
    "madoguchi.kernel.city",
    "madoguchi.kernel.audit",
    "madoguchi.blocks.identity",
    "madoguchi.blocks.documents",
    *(f"madoguchi.blocks.{name}" for name in MADOGUCHI_BLOCKS),
    *map(_service_app, MADOGUCHI_SERVICES),
    "madoguchi.site",
    *(["madoguchi.demo"] if env.bool("MADOGUCHI_DEMO_DATA", default=True) else []),
    "wagtail.users",
    "wagtail.images",
    "wagtail.documents",
    "wagtail.snippets",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django_htmx",
    "django_tasks_db",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "madoguchi.config.middleware.staff_content_security_policy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "madoguchi.config.middleware.staff_accounts",
    "madoguchi.config.middleware.staff_entrance",
    "madoguchi.config.middleware.second_factor",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "madoguchi.config.urls"
WSGI_APPLICATION = "madoguchi.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "madoguchi.kernel.city.queries.city_context",
            ],
        },
    },
]

DATABASES = {
    "default": env.dj_db_url("DATABASE_URL", default=f"sqlite:///{DATA_DIR}/madoguchi.sqlite3")
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # a writer takes the lock when its transaction begins, so that two never meet half-way
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    # Wagtail's search has fields of PostgreSQL; without it no command passes Django's checks there
    INSTALLED_APPS.append("django.contrib.postgres")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# counts sign-in attempts; several processes need one that they share
CACHES = {"default": env.dj_cache_url("CACHE_URL", default="locmem://")}

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# sign-in
AUTH_USER_MODEL = "identity.User"
AUTHENTICATION_BACKENDS = ["madoguchi.blocks.identity.adapter.StaffBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_FORMS = {
    "login": "madoguchi.blocks.identity.forms.SignInForm",
    "reset_password": "madoguchi.blocks.identity.forms.ForgottenPasswordForm",
}
ACCOUNT_ADAPTER = "madoguchi.blocks.identity.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # strangers get no mail
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_LOGIN_BY_CODE_FORMAT = {"numeric": True, "dashed": False, "length": 8}
MFA_ADAPTER = "madoguchi.blocks.identity.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]  # the last for residents alone
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Madoguchi"
ALLAUTH_TRUSTED_PROXY_COUNT = MADOGUCHI_TRUSTED_PROXIES
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if IS_HTTPS else "http"  # of the addresses in mails
# sign-in of residents by the national authentication app, or an OpenID provider that speaks like it
MADOGUCHI_OIDC_ISSUER = env.str("MADOGUCHI_OIDC_ISSUER", default="").rstrip("/")
MADOGUCHI_OIDC_CLIENT_ID = env.str("MADOGUCHI_OIDC_CLIENT_ID", default="")
_oidc_key = env.str("MADOGUCHI_OIDC_KEY", default="")
MADOGUCHI_OIDC_KEY = Path(_oidc_key) if _oidc_key else None
MADOGUCHI_OIDC_KEY_ID = env.str("MADOGUCHI_OIDC_KEY_ID", default="")
MADOGUCHI_OIDC_SCOPES = env.str(
    "MADOGUCHI_OIDC_SCOPES", default="openid name address birthdate gender"
)
MADOGUCHI_OIDC_ACR_VALUES = env.str("MADOGUCHI_OIDC_ACR_VALUES", default="")
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "wagtailadmin_home"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

# staff side
WAGTAIL_SITE_NAME = "窓口 Madoguchi"
WAGTAILADMIN_BASE_URL = BASE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILADMIN_PERMITTED_LANGUAGES = [("ja", "日本語"), ("en", "English")]

# language and time
LANGUAGE_CODE = "ja"
LANGUAGES = [("ja", "日本語"), ("en", "English")]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
LOCALE_PATHS = [PACKAGE / "locale", PACKAGE / "locale_wagtail"]
USE_I18N = True
TIME_ZONE = "Asia/Tokyo"
USE_TZ = True

# files
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise warns where it is missing
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = "files/"  # nothing is served from here: views hand files out after a check
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
FILE_UPLOAD_PERMISSIONS, FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o600, 0o700  # receipts bear names
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 2**20
MADOGUCHI_MAX_UPLOAD_BYTES = env.int("MADOGUCHI_MAX_UPLOAD_BYTES", default=20 * 2**20)
# where the trailers of collection files have their count and total: a=1:6/7:12,b=none
MADOGUCHI_COLLECTION_TRAILERS: dict[str, str] = env.dict(
    "MADOGUCHI_COLLECTION_TRAILERS", default={}
)

# mail


def _mailer(url: str) -> dict[str, Any]:
    """Django's mailer for ``console:``, or ``smtp[+tls|+ssl]://user:password@host:port``."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return {"BACKEND": "django.core.mail.backends.console.EmailBackend"}
    if parts.scheme not in {"smtp", "smtp+tls", "smtp+ssl"} or not parts.hostname:
        message = "EMAIL_URL must be console: or smtp://host:port, smtp+tls://… or smtp+ssl://…"
        raise ImproperlyConfigured(message)
    return {
        "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "OPTIONS": {
            "host": parts.hostname,
            "port": parts.port or 25,
            "username": unquote(parts.username or ""),
            "password": unquote(parts.password or ""),
            "use_tls": parts.scheme == "smtp+tls",
            "use_ssl": parts.scheme == "smtp+ssl",
            "timeout": 20,
        },
    }


MAILERS = {"default": _mailer(env.str("EMAIL_URL", default="console:"))}
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="madoguchi@localhost")

# security
SECURE_CSP = {
    "default-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "object-src": [CSP.NONE],
    "base-uri": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "SAMEORIGIN"
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SESSION_COOKIE_AGE = 60 * 60 * 10
if MADOGUCHI_TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = False  # the front server does it; see docs/operations.md
SECURE_HSTS_SECONDS = 31_536_000 if IS_HTTPS else 0
CSRF_FAILURE_VIEW = "madoguchi.site.views.csrf_failure"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    # its client would write a line for every call
    # and this one who used which passkey
    "loggers": {"stripe": {"level": "WARNING"}, "fido2": {"level": "WARNING"}},
    "root": {"handlers": ["console"], "level": env.str("MADOGUCHI_LOG_LEVEL", default="INFO")},
}
