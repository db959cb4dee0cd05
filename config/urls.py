"""Every address of Parvis, one line per app; the pages of the machine itself come first."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from accounts.admin_base import site as admin_site
from config.health import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/", health, name="health"),
    # Reached only as /c/<organisation>/admin/: accounts.middleware rewrites the path.
    path("admin/", admin_site.urls),
]

for _module in (
    "accounts.urls",
    "documents.urls",
    "council.urls",
    "council.portal_urls",
    "council.public_urls",
    "training.urls",
):
    if find_spec(_module):
        urlpatterns.append(path("", include(_module)))

if settings.DEVELOPMENT_PAGES:
    urlpatterns.append(path("_ui/", include("config.lib.ui_gallery")))

handler403 = "config.errors.forbidden"
handler404 = "config.errors.not_found"
handler500 = "config.errors.broken"
