"""Tests: the servers started by `tests.servers`, a fast hasher, mails kept in memory."""

from config.settings.base import *  # noqa: F403
from config.settings.base import DATABASES, PASSWORD_HASHERS, STATE_DIR, env

SECRET_KEY = "tests-only-secret-key-that-is-long-enough-for-the-checks"  # noqa: S105
LINK_KEY = "tests-only-link-key"
DEVELOPMENT_PAGES = True
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
# Argon2 stays second so that a hash made by it can still be read.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher", *PASSWORD_HASHERS]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
if env.has("MAIL_DIR"):  # the worker process of the tests: its mails are read in a folder
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = env.folder("MAIL_DIR", STATE_DIR / "mails")
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# A pool would keep connections open on databases that the tests drop.
DATABASES["default"]["OPTIONS"] = {
    key: value
    for key, value in DATABASES["default"]["OPTIONS"].items()  # type: ignore[attr-defined]
    if key != "pool"
}
# Static files straight from the source folders: nothing is collected before the tests.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
STATIC_ROOT = None
