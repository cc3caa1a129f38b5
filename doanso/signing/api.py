"""What the program in the signer's own machine asks for: the task by its secret, the file, and a place for the signature.

No cookie and no session: the secret is in a header, opens one signature for a quarter of an hour, and is used up by it.
"""

import base64
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from doanso.files import actions as files
from doanso.lib.problems import Problem, Refused
from doanso.lib.strict_json import Fields, parse
from doanso.signing import actions, queries
from doanso.signing.models import Session

SCHEME = "DoanSoSign"
LARGEST_BODY = 8192


def _refused(problem: Problem, status: int) -> JsonResponse:
    return JsonResponse({"code": problem.code, "message": problem.message}, status=status)


def _by_secret(view: Callable[[HttpRequest, Session], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """The session of the secret in the header, or 401 in the same words for every wrong one."""

    def asked(request: HttpRequest) -> HttpResponse:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        session = queries.session_by_secret(secret) if scheme == SCHEME else None
        if session is None or session.prepared is None:
            message = _("This signature is done, given up, or its time is over. Begin it anew on the page.")
            return _refused(Problem("session_unknown", message), 401)
        return view(request, session)

    return asked


def _b64(content: bytes | memoryview) -> str:
    return base64.b64encode(bytes(content)).decode()


@csrf_exempt
@never_cache
@require_GET
@_by_secret
def task(request: HttpRequest, session: Session) -> HttpResponse:
    """What is to be signed. The program works the digest out by itself and shows what it finds."""
    told: dict[str, Any] = {
        "title": session.title,
        "number": session.plan["fills"].get("number", "") or session.plan["appendix"],
        "certificate": _b64(session.certificate.der),
        "to_sign": _b64(session.to_sign),
        "start": session.plan["start"],
        "end": session.plan["end"],
        "legal_force": session.plan["legal_force"],
        "back": reverse("signing:session", args=[session.pk]),
    }
    return JsonResponse(told)


@csrf_exempt
@never_cache
@require_GET
@_by_secret
def file(request: HttpRequest, session: Session) -> HttpResponse:
    """The file with the hole of the signature."""
    assert session.prepared is not None  # noqa: S101 - `_by_secret` has seen to it, the checker has not
    with files.opened(session.prepared) as plain:
        return HttpResponse(plain.read(), content_type="application/pdf", headers={"X-Content-Type-Options": "nosniff"})


@csrf_exempt
@never_cache
@require_POST
@_by_secret
def signature(request: HttpRequest, session: Session) -> HttpResponse:
    """The key's signature over the attributes."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise Refused(Problem("too_long", _("This message is too long; send less at once.")))
        made = base64.b64decode(Fields(parse(request.body)).text("signature", 1024), validate=True)
        actions.complete_signature(session=session, signature=made)
    except ValueError:
        return _refused(
            Problem("signature_wrong", _("This is not the signature of the chosen certificate's key.")), 422
        )
    except Refused as refused:
        return _refused(refused.problem, 422)
    return JsonResponse({"state": "done"})
