"""Development and `make demo`: this machine only, mails shown on a page instead of sent."""

from config.settings.base import *  # noqa: F403
from config.settings.base import STATE_DIR, env

DEBUG = env.flag("DEBUG", default=False)
DEVELOPMENT_PAGES = True
# Mails stay in the folder that the page /_courriels/ reads; nothing leaves the machine.
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = env.folder("MAIL_DIR", STATE_DIR / "mails")
