"""What machines read of a commune's publications: the feed and the plan of its pages."""

from __future__ import annotations

import datetime as dt
from xml.etree import ElementTree as ET

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from accounts.models import Organisation
from council.access_public import public_act_title, public_acts, public_meetings
from council.views.public import today_of
from council.views.public_page import public_page

_IN_FEED = 50
#: What one sitemap may hold at most (sitemaps.org).
_IN_PLAN = 50_000
_PLAN = "http://www.sitemaps.org/schemas/sitemap/0.9"


@public_page
def feed(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The latest acts put online, as Atom (RFC 4287)."""
    home = request.build_absolute_uri(reverse("public:home", args=[organisation.slug]))
    atom = Atom1Feed(
        title=f"{organisation.name} : actes publiés",
        link=home,
        description="",
        language="fr",
        feed_url=request.build_absolute_uri(request.path),
        feed_guid=home,
    )
    latest = (
        public_acts(organisation, today=today_of(organisation))
        .select_related("register", "item")
        .order_by("-published_on", "-dated", "-pk")[:_IN_FEED]
    )
    for act in latest:
        published = act.published_on or today_of(organisation)
        address = reverse("public:act", args=[organisation.slug, act.uid])
        atom.add_item(
            title=f"{act.reference} : {public_act_title(act)}",
            link=request.build_absolute_uri(address),
            description="",
            unique_id=act.uid.urn,
            pubdate=_midnight(published),
            updateddate=_midnight(published),
            categories=[act.get_kind_display()],
        )
    if not latest:
        # Atom wants the day of the last change; an empty feed has only that of its commune.
        atom.feed["updated"] = organisation.created_at
        atom.latest_post_date = lambda: organisation.created_at  # type: ignore[method-assign]
    return HttpResponse(
        atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8"
    )


@public_page
def sitemap(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Every public page, for the engines that look for them."""
    slug = organisation.slug
    pages = [reverse(f"public:{name}", args=[slug]) for name in ("home", "acts", "meetings")]
    pages += [
        reverse("public:meeting", args=[slug, uid])
        for uid in public_meetings(organisation).order_by("pk").values_list("uid", flat=True)
    ]
    pages += [
        reverse("public:act", args=[slug, uid])
        for uid in public_acts(organisation, today=today_of(organisation))
        .order_by("pk")
        .values_list("uid", flat=True)
    ]
    ET.register_namespace("", _PLAN)
    root = ET.Element(f"{{{_PLAN}}}urlset")
    for page in pages[:_IN_PLAN]:
        line = ET.SubElement(root, f"{{{_PLAN}}}url")
        ET.SubElement(line, f"{{{_PLAN}}}loc").text = request.build_absolute_uri(page)
    text = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)
