"""Settings shared by development, tests and production, read from the environment (12 factors).

Unset addresses of PostgreSQL and Redis mean the embedded servers, which `make demo` and the tests
start and announce through the same variables.
"""

from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path

from celery.schedules import crontab
from csp.constants import NONE, SELF

from config.celery import app as celery_app  # noqa: F401 - whoever has the settings can enqueue
from config.lib.env import BadEnvironment, Environment

env = Environment()

BASE_DIR = Path(__file__).resolve().parent.parent.parent
STATE_DIR = BASE_DIR / ".parvis"

# -- the site ------------------------------------------------------------------------------------

SITE_ADDRESS = env.site("SITE_ADDRESS", "http://localhost:8000")
ALLOWED_HOSTS = list(env.words("ALLOWED_HOSTS", ("localhost", "127.0.0.1", "[::1]")))
CSRF_TRUSTED_ORIGINS = [SITE_ADDRESS]
ROOT_URLCONF = "config.urls"
TRUST_FORWARDED_FOR = False  # only behind a proxy that writes it
WSGI_APPLICATION = "config.wsgi.application"
DEBUG = False
DEVELOPMENT_PAGES = False  # /_ui/ and /_courriels/

# -- what is installed ---------------------------------------------------------------------------

INSTALLED_APPS = [
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "treebeard",
    "guardian",
    # The simple form: `base` below already puts the loader and its builtins in place.
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_celery_beat",
    "config.work",
    "accounts",
    "documents",
    "council",
    "training",
]


def _if_present(module: str) -> list[str]:
    """A middleware whose module may not be written yet."""
    return [module] if find_spec(module.rpartition(".")[0]) is not None else []


MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    *_if_present("accounts.middleware.OrganisationMiddleware"),
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "builtins": [
                "template_partials.templatetags.partials",
                *(["config.lib.ui"] if find_spec("config.lib.ui") else []),
            ],
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
        },
    }
]

# -- database, cache, broker ---------------------------------------------------------------------

# No default that could reach a wrong server: an empty host is only met before `make demo` or the
# tests have started theirs, and then any query fails at once.
_NOWHERE = "postgresql://parvis@localhost:1/parvis"

DATABASES: dict[str, dict[str, object]] = {
    "default": env.database("DATABASE_URL", _NOWHERE)
    | {
        "ATOMIC_REQUESTS": False,
        "CONN_MAX_AGE": 0,
        # Asked when a connection leaves the pool: after a restart of the database, the dead ones
        # are replaced instead of each costing somebody a page.
        "CONN_HEALTH_CHECKS": True,
        "DISABLE_SERVER_SIDE_CURSORS": False,
    }
}
DATABASE_POOL_SIZE = env.integer("DATABASE_POOL_SIZE", 8, at_least=1, at_most=200)
DATABASES["default"]["OPTIONS"] = {
    **DATABASES["default"]["OPTIONS"],  # type: ignore[dict-item]
    # Slow downloads give their connection back before streaming; a request that finds none waits
    # ten seconds, then fails, rather than piling up.
    "pool": {"min_size": 1, "max_size": DATABASE_POOL_SIZE, "timeout": 10},
}
# The role that the application works under; migrations run under its owner (DATABASE_OWNER_URL)
# and take UPDATE and DELETE on the audit trail away from this one.
DATABASE_APPLICATION_ROLE = env.text("DATABASE_APPLICATION_ROLE", "parvis")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

_redis = env.redis("REDIS_URL", "redis://localhost:1/0")
REDIS_URL = _redis.url()
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": _redis.url(1),
    }
}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

CELERY_BROKER_URL = _redis.broker()
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_WORKER_SEND_TASK_EVENTS = False
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {"visibility_timeout": 3600}
CELERY_TIMEZONE = "Europe/Paris"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "work.wake_due": {"task": "work.wake_due", "schedule": timedelta(seconds=5)},
    "work.purge": {"task": "work.purge", "schedule": crontab(hour=3, minute=10)},
    "accounts.flush": {"task": "accounts.flush", "schedule": timedelta(minutes=1)},
    "accounts.plan_seal": {"task": "accounts.plan_seal", "schedule": crontab(minute=20)},
    "accounts.every_night": {
        "task": "accounts.every_night",
        "schedule": crontab(hour=3, minute=40),
    },
    "council.every_night": {"task": "council.every_night", "schedule": crontab(hour=0, minute=5)},
    "council.remind": {"task": "council.remind", "schedule": timedelta(minutes=10)},
    "documents.fetch_mail": {"task": "documents.fetch_mail", "schedule": timedelta(minutes=1)},
    "documents.collect_scans": {
        "task": "documents.collect_scans",
        "schedule": timedelta(minutes=1),
    },
    "documents.every_night": {
        "task": "documents.every_night",
        "schedule": crontab(hour=4, minute=10),
    },
}
# How long a job waits when its worker was killed; a living one extends it (config.work.pulse).
WORK_LEASE_SECONDS = env.integer("WORK_LEASE_SECONDS", 60, at_least=1)
CELERY_WORKER_MAX_MEMORY_PER_CHILD = env.integer("WORKER_MAX_MEMORY_KB", 400_000, at_least=100_000)

# -- people --------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Person"
# Rights on objects are answered by our own backend from the effective rights, never by guardian's.
AUTHENTICATION_BACKENDS = [
    *_if_present("accounts.backends.IdentifierBackend"),
    *_if_present("documents.backends.EffectiveAccessBackend"),
] or ["django.contrib.auth.backends.ModelBackend"]
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
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "/connexion/"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/connexion/"
PASSWORD_RESET_TIMEOUT = int(timedelta(hours=3).total_seconds())
SESSION_COOKIE_AGE = int(timedelta(days=14).total_seconds())
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "config.errors.csrf_failure"
CSRF_COOKIE_HTTPONLY = False  # htmx sends it back as a header

ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
GUARDIAN_MONKEY_PATCH_GROUP = False
SILENCED_SYSTEM_CHECKS = ["guardian.W001"]  # asks for its backend, which ignores inheritance

# -- language and time ---------------------------------------------------------------------------

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
USE_I18N = True
TIME_ZONE = "Europe/Paris"
USE_TZ = True

# -- files ---------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = env.folder("STATIC_ROOT", BASE_DIR / "staticfiles")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # bytes go to BlobStore
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
PARVIS_STORAGE_DIR = env.folder("PARVIS_STORAGE_DIR", STATE_DIR / "files")
# Days that backups reach back: bytes whose rows were erased are kept as long.
PARVIS_BACKUP_DAYS = env.integer("BACKUP_DAYS", 35, at_least=1)
# Large files arrive in parts (documents.services.uploading): no request is as long as a file.
MAX_UPLOAD_BYTES = env.integer("MAX_UPLOAD_MB", 2048, at_least=1) * 1024 * 1024
# What one person may have begun to send and not finished.
MAX_PENDING_UPLOAD_BYTES = env.integer("MAX_PENDING_UPLOAD_MB", 10_240, at_least=1) * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000
DATA_UPLOAD_MAX_NUMBER_FILES = 50

# -- what arrives by itself (docs/arrivals.md) ----------------------------------------------------

# The address that forwarded mails are sent to, `classer@mairie.fr`: a word follows a + in it.
ARRIVALS_ADDRESS = env.text("ARRIVALS_ADDRESS", "")
# The mailbox behind it, and the name by which its server signs what it checked of a sender.
IMAP_MAILBOX = env.mailbox("IMAP_URL")
IMAP_AUTHSERV_ID = env.text("IMAP_AUTHSERV_ID", "")
IMAP_MAX_MESSAGE_BYTES = env.integer("IMAP_MAX_MESSAGE_MB", 50, at_least=1) * 1024 * 1024
# A folder with one subfolder per organisation, by its address (slug): where scanners write.
SCANNER_DIR = str(env.folder("SCANNER_DIR", Path("/"))) if env.has("SCANNER_DIR") else ""

# -- mail ----------------------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.integer("EMAIL_PORT", 25, at_least=1, at_most=65535)
EMAIL_HOST_USER = env.text("EMAIL_USER", "")
EMAIL_HOST_PASSWORD = env.text("EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.flag("EMAIL_STARTTLS", default=False)
EMAIL_USE_SSL = env.flag("EMAIL_TLS", default=False)
EMAIL_TIMEOUT = 20
# Where reports of undelivered convocations return, `retours@mairie.fr`: a word follows a + in it.
# They are read in the mailbox of IMAP_URL, or posted to the organisation's own address.
RETURNS_ADDRESS = env.text("RETURNS_ADDRESS", "")
# How many messages of one convocation may leave in a minute for mailboxes of the same provider.
MAIL_PACE_PER_MINUTE = env.integer("MAIL_PACE_PER_MINUTE", 30, at_least=1, at_most=10_000)
# A time-stamping authority (RFC 3161) for proofs of convocation, and the certificates (PEM) of its
# chain, the root included. None by default.
TSA_URL = env.text("TSA_URL", "")
TSA_CERTIFICATES = str(env.folder("TSA_CERTIFICATES", Path("/"))) if TSA_URL else ""
_tsa_is_whole = TSA_URL.startswith(("http://", "https://")) and Path(TSA_CERTIFICATES).is_file()
if TSA_URL and not _tsa_is_whole:
    raise BadEnvironment("TSA_URL is http(s)://…, with TSA_CERTIFICATES, the file of its chain")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "Parvis <parvis@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# -- what the browser may do ---------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "manifest-src": [SELF],
        "media-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "object-src": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

# -- keys ----------------------------------------------------------------------------------------

# Signs personal links; production sets both, each its own.
SECRET_KEY = env.text("SECRET_KEY", "unsafe-development-key")
LINK_KEY = env.text("LINK_KEY", "unsafe-development-link-key")

# -- logs ----------------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {
        "no_tokens": {"()": "council.link_tokens.MaskTokens"},
        "no_opened": {"()": "documents.dav.masking.MaskOpened"},
        "no_agendas": {"()": "accounts.feed_tokens.MaskTokens"},
        "no_outside_tokens": {"()": "documents.rules.link_tokens.MaskTokens"},
    },
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "line",
            "filters": ["no_tokens", "no_opened", "no_agendas", "no_outside_tokens"],
        }
    },
    "loggers": {"pikepdf": {"level": "WARNING"}},  # says hello at each start
    "root": {"handlers": ["console"], "level": env.text("LOG_LEVEL", "INFO")},
}
