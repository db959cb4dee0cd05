"""Production: everything from the environment; an unsafe default stops the start, by its name."""

from django.core.exceptions import ImproperlyConfigured

from config.settings.base import *  # noqa: F403
from config.settings.base import ALLOWED_HOSTS, SITE_ADDRESS, env

_SHORTEST_KEY = 50


def _refuse_unsafe() -> list[str]:
    """Why this environment may not serve a town hall; empty when it may."""
    wrong = [
        f"{name} is not set"
        for name in (
            "SECRET_KEY",
            "LINK_KEY",
            "DATABASE_URL",
            "REDIS_URL",
            "SITE_ADDRESS",
            "ALLOWED_HOSTS",
            "PARVIS_STORAGE_DIR",
            "EMAIL_HOST",
            "EMAIL_FROM",
        )
        if not env.has(name)
    ]
    for name in ("SECRET_KEY", "LINK_KEY"):
        key = env.text(name, "")
        if key and (len(key) < _SHORTEST_KEY or len(set(key)) < 10 or key.startswith("unsafe-")):
            wrong.append(f"{name} must be {_SHORTEST_KEY} random characters or more")
    if env.has("SECRET_KEY") and env.text("SECRET_KEY") == env.text("LINK_KEY", ""):
        wrong.append("LINK_KEY must differ from SECRET_KEY")
    if env.has("SITE_ADDRESS") and not SITE_ADDRESS.startswith("https://"):
        wrong.append("SITE_ADDRESS must begin with https://")
    if "*" in ALLOWED_HOSTS:
        wrong.append("ALLOWED_HOSTS must not contain *")
    if env.flag("DEBUG", default=False):
        wrong.append("DEBUG must not be on")
    if env.has("DATABASE_URL"):
        database = env.database("DATABASE_URL")
        local = str(database["HOST"]).startswith("/")
        if not local and not database["PASSWORD"]:
            wrong.append("DATABASE_URL has no password")
    return wrong


_wrong = _refuse_unsafe()
if _wrong:
    raise ImproperlyConfigured("Parvis refuses to start: " + "; ".join(_wrong) + ".")

# The TLS proxy of docker-compose.yml ends the encryption and says so; it also sets HSTS's redirect.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
TRUST_FORWARDED_FOR = True
SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^sante/$"]  # the container's own health check speaks plain HTTP
SECURE_HSTS_SECONDS = env.integer("HSTS_SECONDS", 31_536_000, at_least=3600)
SECURE_HSTS_INCLUDE_SUBDOMAINS = env.flag("HSTS_SUBDOMAINS", default=True)
SECURE_HSTS_PRELOAD = env.flag("HSTS_PRELOAD", default=True)
SESSION_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_SECURE = True
CSRF_COOKIE_NAME = "__Host-csrf"
