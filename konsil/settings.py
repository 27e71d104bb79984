"""Every setting of Konsil, read from the environment once.

`KONSIL_ENV` is "demo" (the default: loopback only, a cast, a payment double) or "production".
"""

import os
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

BASE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("KONSIL_HOME", Path.cwd() / ".konsil"))
DEMO = os.environ.get("KONSIL_ENV", "demo") == "demo"
FILES = Path(os.environ.get("KONSIL_FILES", HOME / "files"))

PUBLIC_URL = os.environ.get("KONSIL_PUBLIC_URL", "http://127.0.0.1:8000").rstrip("/")
"""The one address that e-mails and links use; the Host header is never trusted for it."""
LIVE_URL = os.environ.get("KONSIL_LIVE_URL", "" if not DEMO else "http://127.0.0.1:8001")
"""Where pages listen for news; empty when a proxy serves /live/ under the same address."""


def secret(name: str) -> str:
    """A secret from the environment, or in the demo one that is kept in the home folder."""
    if value := os.environ.get(name):
        return value
    if not DEMO:
        return ""  # `konsil serve` refuses a production start that lacks it
    file = HOME / name.removeprefix("KONSIL_").lower()
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        new = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(new, "w") as out:
            out.write(os.urandom(32).hex())
    return file.read_text().strip()


SECRET_KEY = secret("KONSIL_SECRET_KEY")
STORE_KEY = secret("KONSIL_STORE_KEY")
"""Hex of 32 bytes: the key that wraps the keys of the stored originals."""

DEBUG = False
PUBLIC_HOST = urlsplit(PUBLIC_URL).hostname or "localhost"
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]", PUBLIC_HOST] if DEMO else [PUBLIC_HOST]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]


def database() -> dict[str, object]:
    """The application's connection: the role that owns nothing, unless a command says otherwise."""
    role = os.environ.get("KONSIL_DB_USER", "konsil_app")
    options: dict[str, object] = {}
    common = {
        "ENGINE": "django.db.backends.postgresql",
        "ATOMIC_REQUESTS": True,
        "CONN_HEALTH_CHECKS": True,
        "CONN_MAX_AGE": 300,
        "OPTIONS": options,
    }
    if url := os.environ.get("DATABASE_URL"):
        if role == "konsil_app" and (own := os.environ.get("KONSIL_APP_DATABASE_URL")):
            url = own
        elif role == "konsil_app":
            options["options"] = "-c role=konsil_app"
        at = urlsplit(url)
        asked = dict(parse_qsl(at.query))  # sslmode=verify-full, connect_timeout=5
        both = (asked.pop("options", ""), str(options.get("options", "")))
        options.update(asked)
        if any(both):
            options["options"] = " ".join(filter(None, both))
        return common | {
            "NAME": unquote(at.path.lstrip("/")),
            "USER": unquote(at.username or ""),
            "PASSWORD": unquote(at.password or ""),
            "HOST": unquote(at.hostname or ""),
            "PORT": at.port or "",
        }
    return common | {
        "NAME": os.environ.get("KONSIL_DB_NAME", "konsil"),
        "USER": role,
        "HOST": os.environ.get("KONSIL_DB_SOCKET", str(HOME / "socket")),
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_htmx",
    "template_partials",
    "procrastinate.contrib.django",
    "konsil.core",
    "konsil.people",
    "konsil.cases",
    "konsil.parcels",
    "konsil.entrance",
    "konsil.intake",
    "konsil.referrals",
    "konsil.records",
    "konsil.imaging",
    "konsil.opinions",
    "konsil.messaging",
    "konsil.billing",
    "konsil.notices",
    "konsil.practice",
    "konsil.exchange.package",
    "konsil.exchange.referring",
    "konsil.web",
    "konsil.demo",
]
INSTALLED_APPS = [
    app
    for app in INSTALLED_APPS
    if not app.startswith("konsil.") or (BASE / app.replace(".", "/") / "apps.py").exists()
]

MIDDLEWARE = [
    "konsil.core.headers.SecurityHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "konsil.people.watch.Watch",
]

ROOT_URLCONF = "konsil.web.urls"
WSGI_APPLICATION = "konsil.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE / "konsil" / "core" / "templates"],  # ours come before allauth's and Django's
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "konsil.core.context.page",
                "konsil.people.context.hospital",
                "konsil.people.context.lock",
                *(["konsil.demo.codes.hint"] if DEMO else []),
                "konsil.web.nav.desk_nav",
            ],
            "builtins": ["konsil.core.templatetags.konsil"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/account/login/"
LOGIN_REDIRECT_URL = "/start/"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGIN_BY_CODE_ENABLED = True
ACCOUNT_ADAPTER = "konsil.people.adapter.DoorkeeperAdapter"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_MAX_EMAIL_ADDRESSES = 1
ACCOUNT_RATE_LIMITS = {
    "login_failed": "10/m/ip,100/h/ip,5/10m/key",
    "request_login_code": "20/m/ip,3/m/key,15/h/key",
    "start_request": "60/h/ip",
    "reference_number": "30/h/ip",
    "public_referral": "20/h/ip",
}
MFA_ADAPTER = "konsil.people.adapter.SecondFactor"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_TOTP_TOLERANCE = 1  # a code is typed while it changes (RFC 6238 5.2); none works twice
MFA_FORMS = {
    "authenticate": "konsil.people.forms.AuthenticateForm",
    "reauthenticate": "konsil.people.forms.ReauthenticateForm",
}
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEMO

IDLE_STAFF = int(os.environ.get("KONSIL_IDLE_STAFF", str(15 * 60)))
IDLE_PATIENT = int(os.environ.get("KONSIL_IDLE_PATIENT", str(30 * 60)))
"""Seconds without use after which a session is locked until one proof is shown again."""
SESSION_LASTS = int(os.environ.get("KONSIL_SESSION_LASTS", str(12 * 3600)))
"""Seconds after which a session is over, used or not."""

SESSION_COOKIE_NAME = "konsil_session" if DEMO else "__Host-konsil_session"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = not DEMO
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "csrftoken" if DEMO else "__Host-konsil_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "konsil.core.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
BEHIND_TLS = not DEMO and os.environ.get("KONSIL_BEHIND_TLS", "1") == "1"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_TLS else None
SECURE_HSTS_SECONDS = 0 if DEMO else 63_072_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SILENCED_SYSTEM_CHECKS = ["security.W002", "security.W021"]  # frame-ancestors; preload is theirs
TRUSTED_PROXIES = int(os.environ.get("KONSIL_PROXIES", "1" if BEHIND_TLS else "0"))
"""How many proxies of ours write into X-Forwarded-For; what stands before them is not believed."""
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
        # Failed sign-ins are counted here: Django's 300 entries are pushed out by a small crowd.
        "OPTIONS": {"MAX_ENTRIES": 200_000},
    }
}

EMAIL_BACKEND = os.environ.get(
    "KONSIL_EMAIL_BACKEND",
    "konsil.core.mail.FolderBackend" if DEMO else "konsil.practice.post.Hospital",
)
EMAIL_FILE_PATH = str(HOME / "mail")
EMAIL_TIMEOUT = 20
EMAIL_HOST = os.environ.get("KONSIL_SMTP_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("KONSIL_SMTP_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("KONSIL_SMTP_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("KONSIL_SMTP_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("KONSIL_SMTP_TLS", "0") == "1"
DEFAULT_FROM_EMAIL = os.environ.get("KONSIL_MAIL_FROM", "Konsil <no-reply@konsil.example>")

SMS = os.environ.get("KONSIL_SMS", "file" if DEMO else "")
"""Who carries text messages: nobody, "console", "file" or a gateway's address (core/sms.py)."""
SMS_TOKEN = os.environ.get("KONSIL_SMS_TOKEN", "")
SMS_FILE_PATH = str(HOME / "sms")
POST_SECRET = os.environ.get("KONSIL_POST_SECRET", "")
"""Signs what gateways and post offices tell us; empty: nobody is believed (notices/README.md)."""
NOTICES_AT_ONCE = DEMO and os.environ.get("KONSIL_NOTICES_AT_ONCE", "1") == "1"
"""The demo knows no night and no daily letter, so that a visitor sees what was sent at once."""

CLAMD = os.environ.get("KONSIL_CLAMD", "")
"""Where the virus scanner listens: a socket path or host:port; empty in the demo: not scanned."""

STRIPE = {
    "api_key": os.environ.get("KONSIL_STRIPE_KEY", "sk_test_demo" if DEMO else ""),
    "webhook_secret": os.environ.get("KONSIL_STRIPE_WEBHOOK_SECRET", "whsec_demo" if DEMO else ""),
    "api_base": os.environ.get("KONSIL_STRIPE_URL", "http://127.0.0.1:8002" if DEMO else ""),
}
"""An empty api_base means Stripe itself; the demo speaks to its own double."""

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("KONSIL_STATIC", HOME / "static"))
STATICFILES_DIRS = [path for path in [BASE / "build" / "static"] if path.exists()]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": os.environ.get(
            "KONSIL_STATIC_STORAGE", "whitenoise.storage.CompressedManifestStaticFilesStorage"
        )
    },
}
WHITENOISE_MANIFEST_STRICT = False

LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "America/Los_Angeles"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"()": "konsil.core.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": os.environ.get("KONSIL_LOG", "WARNING")},
}
