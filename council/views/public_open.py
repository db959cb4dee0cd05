"""Open data of a commune: its deliberations as a table, its council life in the shape of OParl."""

from __future__ import annotations

from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse

from accounts.models import Organisation
from council.access_public import has_public_text
from council.models import Act
from council.services import oparl, oparl_filters
from council.services.acts import open_data
from council.services.refusals import Refusal
from council.views.public import public_render, today_of
from council.views.public_page import public_page


@public_page
def deliberations(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """The table of deliberations (SCDL 2.1.5), in UTF-8."""

    def address(act: Act) -> str:
        name = "public:act-text" if has_public_text(act) else "public:act"
        return request.build_absolute_uri(reverse(name, args=[organisation.slug, act.uid]))

    try:
        text = open_data.deliberations_csv(
            organisation, today=today_of(organisation), address=address
        )
    except Refusal as refused:
        page = public_render(request, organisation, "no_data", {"why": str(refused)})
        page.status_code = 404
        return page
    response = HttpResponse(text, content_type="text/csv; charset=utf-8")
    name = f"{organisation.siret}-deliberations.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return _for_programs(response)


@public_page
def system(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    """Where a program begins."""
    return _json(_desk(request, organisation).system())


@public_page
def objects(request: HttpRequest, organisation: Organisation, kind: str) -> HttpResponse:
    """One page of the objects of a kind, filtered as OParl 1.1 says."""
    number = request.GET.get("page", "1")
    if kind not in oparl.LISTED or not number.isdecimal() or not 0 < int(number) < 1_000_000:
        raise Http404
    try:
        wanted = oparl_filters.asked(request.GET, ZoneInfo(organisation.timezone))
    except oparl_filters.NotAMoment as wrong:
        return _for_programs(JsonResponse({"error": f"not a date (RFC 3339): {wrong}"}, status=400))
    found = _desk(request, organisation).page(kind, int(number), wanted)
    if found is None:
        raise Http404
    return _json(found)


@public_page
def one_object(
    request: HttpRequest, organisation: Organisation, kind: str, uid: UUID
) -> HttpResponse:
    """One object: its id is this very address."""
    if kind not in oparl.KINDS:
        raise Http404
    found = _desk(request, organisation).one(kind, uid)
    if found is None:
        raise Http404
    return _json(found)


def _desk(request: HttpRequest, organisation: Organisation) -> oparl.Desk:
    def address(name: str, *args: object) -> str:
        return request.build_absolute_uri(
            reverse(f"public:{name}", args=[organisation.slug, *args])
        )

    return oparl.Desk(organisation, today_of(organisation), address)


def _json(data: dict[str, object]) -> HttpResponse:
    return _for_programs(JsonResponse(data, json_dumps_params={"ensure_ascii": False}))


def _for_programs(response: HttpResponse) -> HttpResponse:
    """Any page of any site may read what is for everybody."""
    response["Access-Control-Allow-Origin"] = "*"
    return response
