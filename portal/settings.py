"""Settings of the portal. What differs from host to host comes from the environment through `portal.env`;
what differs from city to city is the row `City`, edited in the back office."""

import secrets
from pathlib import Path

import django_stubs_ext
from django.core.exceptions import ImproperlyConfigured

from portal import env
from portal.running import embedded
from portal.running.database import database_from

django_stubs_ext.monkeypatch()  # lets admin classes say what they are about: ModelAdmin[User]

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = embedded.data_dir()


def _secret_key() -> str:
    """SECRET_KEY, or one drawn once and kept in DATA_DIR (a single host needs no more)."""
    if named := env.text("SECRET_KEY"):
        return named
    kept = DATA_DIR / "secret_key"
    try:
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True)
            kept.touch(mode=0o600)
            kept.write_text(secrets.token_urlsafe(50))
        key = kept.read_text().strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"The secret key cannot be kept in {kept} ({error.strerror}): set SECRET_KEY, or a DATA_DIR that can be written."
        ) from error
    if not key:  # a disk that was full when it was drawn
        raise ImproperlyConfigured(f"The secret key in {kept} is empty: remove that file, or set SECRET_KEY.")
    return key


SECRET_KEY = _secret_key()
DEBUG = env.flag("DEBUG")
DEMO = env.flag("DEMO")  # the demo city: logins are shown, mails reach nobody
PORT = env.number("PORT", 8000)
PUBLIC_URL = env.text("PUBLIC_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.listing("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.listing("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = env.number("TRUSTED_PROXIES", 0)

INSTALLED_APPS = [
    "portal",
    "portal.language",
    "appointments",
    "appointments.desk",
    "complaints",
    "knowledge",
    "knowledge.assistant",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "django_htmx",
    "csp",
    "procrastinate.contrib.django",
]

# Staff sign in with a second factor, or through the city's OpenID Connect server.
SECOND_FACTOR = env.flag("SECOND_FACTOR", default=not DEMO)
OIDC_SERVER = env.text("OIDC_SERVER")
STAFF_ACCOUNTS = SECOND_FACTOR or bool(OIDC_SERVER)
if STAFF_ACCOUNTS:  # 11 MB a worker, only where somebody uses it
    INSTALLED_APPS += ["allauth", "allauth.account", "allauth.mfa"]
if OIDC_SERVER:
    INSTALLED_APPS += ["allauth.socialaccount", "allauth.socialaccount.providers.openid_connect"]
_STAFF_MIDDLEWARE = [
    "allauth.account.middleware.AccountMiddleware",
    "portal.staff.second_factor.SecondFactorMiddleware",
]

MIDDLEWARE = [
    "portal.gate.patience.PatienceMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "portal.gate.static_files.StaticFilesMiddleware",
    "portal.gate.policy.PolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "portal.staff.unsent_forms.UnsentFormsMiddleware",
    *(_STAFF_MIDDLEWARE if STAFF_ACCOUNTS else []),
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "portal.gate.guard.InputGuardMiddleware",
    "portal.gate.readonly.ReadOnlyMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
CSRF_FAILURE_VIEW = "portal.gate.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "portal.look.context.house",
            ],
        },
    },
]
FORM_RENDERER = "portal.look.rendering.KernRenderer"

DATABASES = database_from(env.text("DATABASE_URL") or embedded.address(DATA_DIR))
DATABASE_PATIENCE = env.number("DATABASE_PATIENCE", 5)  # seconds a page waits for one answer of the database
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
_VALUES = "portal.kept_values.KeptValues"
CACHES = {
    "default": {"BACKEND": _MEMORY},
    "pages": {"BACKEND": _MEMORY, "LOCATION": "pages", "OPTIONS": {"MAX_ENTRIES": 400}},  # 5 KB each
    "values": {"BACKEND": _VALUES, "LOCATION": "values", "OPTIONS": {"MAX_ENTRIES": 2000}},
    "rows": {"BACKEND": _VALUES, "LOCATION": "rows", "OPTIONS": {"MAX_ENTRIES": 1000}},  # 1 KB each
    "documents": {"BACKEND": _VALUES, "LOCATION": "documents", "OPTIONS": {"MAX_ENTRIES": 1000}},  # 2 KB each
    "passages": {"BACKEND": _VALUES, "LOCATION": "passages", "OPTIONS": {"MAX_ENTRIES": 400}},  # 4 KB each
    "template_fragments": {
        "BACKEND": _VALUES,
        "LOCATION": "parts",
        "OPTIONS": {"MAX_ENTRIES": 1500},
    },
}

AUTH_USER_MODEL = "portal.User"
AUTHENTICATION_BACKENDS = ["portal.access.RoleBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "admin:login"
ACCOUNT_ADAPTER = "portal.staff.second_factor.StaffAdapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Bürgerhaus"
SOCIALACCOUNT_ADAPTER = "portal.staff.city_sign_in.CityAdapter"
# by a link, not by a form: the page's own policy lets no form lead to another house, not even through us
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_PROVIDERS = {
    "openid_connect": {
        "APPS": [
            {
                "provider_id": "city",
                "name": env.text("OIDC_NAME", "Stadt"),
                "client_id": env.text("OIDC_CLIENT_ID"),
                "secret": env.text("OIDC_SECRET"),
                "settings": {"server_url": OIDC_SERVER, "oauth_pkce_enabled": True},
            }
        ]
    }
}
SESSION_COOKIE_AGE = 9 * 3600  # one working day; the back office signs people out after it

LANGUAGE_CODE = env.text("LANGUAGE_CODE", "de")
LANGUAGES = [
    ("de", "Deutsch"),
    ("en", "English"),
    ("pl", "Polski"),
    ("cs", "Čeština"),
    ("hu", "Magyar"),
    ("bg", "Български"),
]
TIME_ZONE = env.text("TIME_ZONE", "Europe/Berlin")
USE_TZ = True
USE_I18N = True
FORMAT_MODULE_PATH = "portal.formats"

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "uploads"  # served by views that check who asks, never by the web server
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

EMAIL_HOST = env.text("EMAIL_HOST")
EMAIL_PORT = env.number("EMAIL_PORT", 25)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS")
EMAIL_TIMEOUT = 20
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'dummy'}.EmailBackend"
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "buergerhaus@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
MAILBOX_URL = env.text("MAILBOX_URL")  # imaps://user:password@host/INBOX: replies to reports
VIRUS_SCANNER = env.text("VIRUS_SCANNER")  # host:port of clamd; empty: photos are re-encoded only

# `make run` serves plain HTTP on the own machine; everything else stands behind TLS.
_HTTPS = not env.flag("INSECURE_HTTP", default=DEBUG)
SECURE_SSL_REDIRECT = _HTTPS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 2 * 365 * 24 * 3600 if _HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _HTTPS
SECURE_HSTS_PRELOAD = _HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _HTTPS and TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_AGE = None  # with the browser it goes: citizens keep no cookie of ours
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'none'"],
    }
}

# An OpenAI-compatible endpoint that may phrase the assistant's answers; switched on in the back office.
ASSISTANT_MODEL_URL = env.text("ASSISTANT_MODEL_URL").rstrip("/")
ASSISTANT_MODEL_KEY = env.text("ASSISTANT_MODEL_KEY")
ASSISTANT_MODEL_NAME = env.text("ASSISTANT_MODEL_NAME", "default")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "portal.running.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.text("LOG_LEVEL", "INFO")},
    "loggers": {"procrastinate": {"level": "WARNING"}},
}
