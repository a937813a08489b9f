"""All settings of the site. What differs between installations comes from the environment; the README lists it."""

import os
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from csp.constants import NONE, SELF

from federation_tasks.environment import Environment

BASE_DIR = Path(__file__).resolve().parent.parent
env = Environment(dict(os.environ))
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

SECRET_KEY = env.secret("SECRET_KEY", VAR_DIR / "secret-key")
SECRET_KEY_FALLBACKS = env.former_secrets("SECRET_KEY_FALLBACKS")
DEBUG = env.flag("DEBUG")
PORT = env.number("PORT", 8000, least=1)
SITE_URL = env.site_url("SITE_URL", f"http://127.0.0.1:{PORT}")
SITE_HOST = urlsplit(SITE_URL).hostname or ""
ALLOWED_HOSTS = env.hosts("ALLOWED_HOSTS", list({SITE_HOST: 1, "127.0.0.1": 1, "localhost": 1, "[::1]": 1}))
BEHIND_TLS = SITE_URL.startswith("https://")
TRUSTED_PROXY_COUNT = env.number("TRUSTED_PROXY_COUNT", 0, most=10)
DIGESTS_PAUSED = env.flag("DIGESTS_PAUSED")
AUDIT_RETENTION_DAYS = env.number("AUDIT_RETENTION_DAYS", 180, least=180)  # six months: Cybersecurity Law, Art. 21

FEDERATION_NAME = "省残联"
PRODUCT_NAME = "半年工作台账"

INSTALLED_APPS = [
    "federation_tasks.apps.LedgerAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "crispy_forms",
    "crispy_bootstrap5",
    "js_lib_bootstrap5",
    "simple_history",
    "csp",
    "django_celery_beat",
    "axes",
    "federation_tasks.audit",
    "departments",
    "departments.signing",
    "departments.sessions",
    "federation_tasks.files",
    "federation_tasks.workflow",
    "federation_tasks.plan",
    "federation_tasks.supervision",
    "federation_tasks.reports",
    "federation_tasks.meetings",
    "federation_tasks.dashboard",
    "federation_tasks.digests",
    "federation_tasks.home",
]

MIDDLEWARE = [
    "federation_tasks.audit.middleware.AuditMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "federation_tasks.home.middleware.IsolationMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "departments.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # After the check of the token and before the redirect to the sign-in page: what was typed is kept on the way.
    "federation_tasks.home.middleware.KeepTypedMiddleware",
    "departments.middleware.SignedInMiddleware",
    # After it: a request that is led to the sign-in page moves no limit, and what answers later shows the limit as it now is.
    "departments.sessions.middleware.DeliberateActsMiddleware",
    "federation_tasks.home.first_use.FirstThingsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "federation_tasks.workflow.middleware.WrongStateMiddleware",
    "federation_tasks.home.middleware.WrongMethodMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "federation_tasks.urls"
WSGI_APPLICATION = "federation_tasks.wsgi.application"

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "federation_tasks.home.context.site",
            ],
            "builtins": ["federation_tasks.plan.templatetags.lights"],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# --- Databases -----------------------------------------------------------------------------------------------------
SQLITE_OPTIONS = {"timeout": 20, "transaction_mode": "IMMEDIATE", "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;"}


def database(name: str, default: str) -> dict[str, Any]:
    """Return one database's settings; SQLite waits for its single writer instead of failing."""
    found = env.database(name, default)
    if found["ENGINE"].endswith("sqlite3"):
        found.setdefault("OPTIONS", {}).update(SQLITE_OPTIONS)
    else:
        found |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
        found.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)  # seconds
    return found


DATABASES: dict[str, dict[str, Any]] = {"default": database("DATABASE_URL", f"sqlite:///{VAR_DIR / 'ledger.sqlite3'}")}
if env.given("DATABASE_OWNER_URL"):
    # manage.py migrate signs in as the tables' owner; deploy/postgresql-roles.sql makes both roles.
    DATABASES["owner"] = database("DATABASE_OWNER_URL", "") | {"TEST": {"MIRROR": "default"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# SQLite leaves out the columns that an index includes; PostgreSQL answers the counts from them.
SILENCED_SYSTEM_CHECKS = ["models.W040"]

# --- People --------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "departments.User"
LOGIN_URL = "home:login"
LOGIN_REDIRECT_URL = "home:worklist"
LOGOUT_REDIRECT_URL = "home:login"
PASSWORD_POLICY = env.choice("PASSWORD_POLICY", "dengbao", ["dengbao", "nist"])
AUTH_PASSWORD_VALIDATORS = [{"NAME": "departments.signing.policy.PolicyValidator"}]
DIRECTORY = env.directory(encrypted=BEHIND_TLS)
DIRECTORY_BACKEND = "departments.signing.ldap.DirectoryBackend"
AUTHENTICATION_BACKENDS = [
    "departments.signing.backends.LockoutBackend",
    *([DIRECTORY_BACKEND] if DIRECTORY else []),
    "departments.signing.backends.AccountBackend",
]
# departments.access.Role, which is read after the settings; a test compares the two.
ROLES = ["head", "acting_head", "clerk", "staff", "deputy", "principal", "office", "plan", "system", "security", "audit"]
SECOND_FACTOR_ROLES = env.choices("SECOND_FACTOR_ROLES", ROLES)
SESSION_ENGINE = "departments.sessions.store"
SESSION_IDLE = timedelta(minutes=env.number("SESSION_IDLE_MINUTES", 30, least=2, most=24 * 60))
SESSION_LIFE = timedelta(hours=env.number("SESSION_HOURS", 12, least=1, most=7 * 24))
SESSION_REMAINS = timedelta(hours=2)  # how long what was typed is kept for the next sign-in, and why a session ended is remembered
SESSIONS_PER_PERSON = env.number("SESSIONS_PER_PERSON", 3, least=1, most=100)
SESSION_COOKIE_AGE = int(SESSION_LIFE.total_seconds())

# The lockout, all of it: departments/signing/lockout.py says what counts. One office stands behind one address, so that has a limit of its own.
AXES_FAILURE_LIMIT = 5  # failures of one user name
ADDRESS_FAILURE_LIMIT = 50  # failures from one address
AXES_COOLOFF_TIME = timedelta(minutes=30)  # how long a lock holds, and how far apart failures still add up
AXES_HANDLER = "departments.signing.lockout.LockoutHandler"
AXES_CLIENT_IP_CALLABLE = "federation_tasks.audit.address.client_address"
AXES_USERNAME_CALLABLE = "departments.signing.lockout.username_of"
AXES_LOCKOUT_CALLABLE = "departments.signing.lockout.refuse"
AXES_LOCKOUT_PARAMETERS = ["username", "ip_address"]
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_RESET_ON_SUCCESS = True
AXES_DISABLE_ACCESS_LOG = True  # who signed in stands in the audit trail
AXES_ENABLE_ADMIN = False  # the security administrator has a page of ours
AXES_VERBOSE = False

# --- Language and time ---------------------------------------------------------------------------------------------
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.time_zone("TIME_ZONE", "Asia/Shanghai")
USE_THOUSAND_SEPARATOR = False

# --- Files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "federation_tasks.home.static_files.PackedManifestStorage"},
}

# --- Attachments ---------------------------------------------------------------------------------------------------
MB = 1024 * 1024
ATTACHMENTS_DIR = env.folder("ATTACHMENTS_DIR", VAR_DIR / "attachments")
ATTACHMENT_BYTES = env.number("ATTACHMENT_MAX_MB", 20, least=1, most=200) * MB
ATTACHMENT_MAX_FILES = env.number("ATTACHMENT_MAX_FILES", 10, least=1, most=50)
ATTACHMENT_REQUEST_BYTES = env.number("ATTACHMENT_REQUEST_MAX_MB", max(50, ATTACHMENT_BYTES // MB), least=ATTACHMENT_BYTES // MB, most=1000) * MB
CLAMD_ADDRESS = env.scanner("CLAMD_ADDRESS")
CLAMD_TIMEOUT = env.number("CLAMD_TIMEOUT", 15, least=1, most=120)  # seconds for one file, connecting included
FILE_UPLOAD_HANDLERS = ["federation_tasks.files.receiving.Receiver"]
DATA_UPLOAD_MAX_NUMBER_FILES = 1000  # the form says how many are taken, in a sentence; this is only against abuse

# --- Broker, cache, schedule ---------------------------------------------------------------------------------------
REDIS_URL = env.redis("REDIS_URL")
CACHES: dict[str, dict[str, Any]] = (
    {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}}
    if REDIS_URL
    else {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
)
BROKER_DIR = VAR_DIR / "broker"
CELERY_BROKER_URL = REDIS_URL or "filesystem://localhost//"
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = (
    {"visibility_timeout": 3600, "unacked_restore_throttle": 1, "socket_connect_timeout": 3, "socket_timeout": 3}
    if REDIS_URL
    else {
        "data_folder_in": str(BROKER_DIR / "queue"),
        "data_folder_out": str(BROKER_DIR / "queue"),
        "processed_folder": str(BROKER_DIR / "processed"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
)
if not REDIS_URL:
    for folder in ("queue", "processed", "control"):
        (BROKER_DIR / folder).mkdir(mode=0o700, parents=True, exist_ok=True)
CELERY_TIMEZONE = TIME_ZONE
CELERY_ENABLE_UTC = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE_FILENAME = str(VAR_DIR / "beat-schedule")
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_RESULT_EXPIRES = None  # nothing is kept that could lapse: the scheduler adds no job that cleans it up, unaudited, at each start
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 2, "interval_start": 0, "interval_step": 0.5, "interval_max": 1}

# --- Mail ----------------------------------------------------------------------------------------------------------
MAIL_DIR = VAR_DIR / "mail"
EMAIL_BACKEND = "federation_tasks.digests.mailbox.EmlFolderBackend"
globals().update(env.email("EMAIL_URL"))
EMAIL_TIMEOUT = env.number("EMAIL_TIMEOUT", 20, least=1, most=600)  # seconds for each word of the mail server
LETTER_LEASE_SECONDS = 6 * EMAIL_TIMEOUT  # a letter takes four words, a connection two more
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", "半年工作台账 <ledger@localhost>")

# --- Browser's side of security ------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "style-src": [SELF],
        "script-src": [SELF],
        "img-src": [SELF],
        "connect-src": [SELF],
        "font-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "federation_tasks.home.errors.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
WHOSE_COOKIE_NAME = "whose"  # which account was signed in here last, signed; opens nothing
if TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # load balancers ask without TLS
if BEHIND_TLS:
    SESSION_COOKIE_NAME = "__Host-session"
    CSRF_COOKIE_NAME = "__Host-csrf"
    WHOSE_COOKIE_NAME = "__Host-whose"
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SECURE_SSL_REDIRECT = True
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    CSRF_TRUSTED_ORIGINS = [SITE_URL]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # It writes the user name that was typed, and people type their password there; departments.signing.ldap says what must be known.
        "django_auth_ldap": {"level": "CRITICAL"},
    },
}
SIMPLE_HISTORY_HISTORY_CHANGE_REASON_USE_TEXT_FIELD = True
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
