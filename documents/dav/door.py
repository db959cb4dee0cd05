"""The addresses of the drive: who comes in, and which method answers."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.csrf import csrf_exempt

from accounts.actor import Actor
from accounts.services.programmes import admit
from config.lib import clock
from config.lib.access import Refused
from config.lib.http import client_address
from documents.dav import locking, moving, reading, writing
from documents.dav.call import Call, CutShort, answer, refusal
from documents.dav.conditions import parse_if
from documents.dav.faults import Fault, fault_of
from documents.dav.names import segments
from documents.dav.places import Drive, OneDocument
from documents.services.editing import admit_link
from documents.services.refusals import Refusal

Method = Callable[[Call], HttpResponseBase]
_METHODS: dict[str, Method] = {
    "GET": reading.get,
    "HEAD": reading.get,
    "PROPFIND": reading.propfind,
    "PUT": writing.put,
    "DELETE": writing.delete,
    "MKCOL": writing.mkcol,
    "PROPPATCH": writing.proppatch,
    "COPY": moving.copy,
    "MOVE": moving.move,
    "LOCK": locking.lock,
    "UNLOCK": locking.unlock,
}
_ON_ONE = frozenset({"GET", "HEAD", "PROPFIND", "PUT", "PROPPATCH", "LOCK", "UNLOCK"})


def _options(methods: frozenset[str]) -> HttpResponse:
    """What the drive can do; the same for everybody and everywhere, so nothing is asked first."""
    response = answer(200)
    response["DAV"] = "1, 2"
    response["MS-Author-Via"] = "DAV"
    response["Allow"] = ", ".join(["OPTIONS", *(name for name in _METHODS if name in methods)])
    return response


def _run(
    request: HttpRequest, drive: Drive, rest: str, methods: frozenset[str]
) -> HttpResponseBase:
    """The method, with every refusal as its status and its sentence."""
    method = _METHODS.get(request.method or "") if request.method in methods else None
    if method is None:
        response = refusal(Fault(405, "Ceci ne se fait pas par cette adresse."))
        response["Allow"] = _options(methods)["Allow"]
        return response
    try:
        conditions = parse_if(request.headers.get("If", ""))
        place = drive.at(segments(rest))
        return method(Call(request, drive, place, conditions, drive.now))
    except Fault as fault:
        return refusal(fault)
    except (Refused, Refusal) as refused:
        return refusal(fault_of(refused))
    except CutShort:
        return refusal(Fault(400, "L’envoi s’est interrompu : rien n’a été enregistré."))


@csrf_exempt
@login_not_required
def drive(request: HttpRequest, org: str, rest: str = "") -> HttpResponseBase:
    """`/dav/<organisation>/…`: the documents of one organisation, as its person may see them."""
    methods = frozenset(_METHODS)
    if request.method == "OPTIONS":
        return _options(methods)
    now = clock.now()
    actor = _who(request)
    if isinstance(actor, HttpResponse):
        return actor
    if actor.organisation.slug != org:
        return answer(404)
    return _run(request, Drive(actor, now), rest, methods)


def _who(request: HttpRequest) -> Actor | HttpResponse:
    """The actor of a Basic header, or the answer that refuses."""
    identifier, secret = _credentials(request.headers.get("Authorization", ""))
    if not identifier:
        return _ask()
    admitted = admit(
        identifier=identifier,
        secret=secret,
        address=client_address(request),
        now=clock.now(),
    )
    if admitted.actor is not None:
        return admitted.actor
    if admitted.wait:
        seconds = int(admitted.wait.total_seconds()) + 1
        response = refusal(Fault(429, "Trop d’essais. Réessayez dans un moment."))
        response["Retry-After"] = str(seconds)
        return response
    return _ask()


def _ask() -> HttpResponse:
    response = refusal(Fault(401, "Créez un mot de passe d’application dans « Mon compte »."))
    response["WWW-Authenticate"] = 'Basic realm="Parvis", charset="UTF-8"'
    return response


def _credentials(header: str) -> tuple[str, str]:
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        raw = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return "", ""
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("latin-1")
    identifier, _, secret = text.partition(":")
    return identifier, secret


@csrf_exempt
@login_not_required
def one_document(request: HttpRequest, token: str, rest: str = "") -> HttpResponseBase:
    """`/dav/~/<token>/…`: one document opened in Word or LibreOffice, by its own address."""
    if request.method == "OPTIONS":
        return _options(_ON_ONE)
    now = clock.now()
    admitted = admit_link(token, address=client_address(request), now=now)
    if admitted is None:
        return refusal(Fault(404, "Cette ouverture a expiré. Rouvrez le document depuis Parvis."))
    actor, link = admitted
    return _run(request, OneDocument(actor, link, token, now), rest, _ON_ONE)


@csrf_exempt
@login_not_required
def top(request: HttpRequest) -> HttpResponseBase:
    """`/dav/`: Windows and Office ask here first what the server can do. Nothing is listed."""
    if request.method == "OPTIONS":
        return _options(frozenset(_METHODS))
    return answer(404)
