"""The API for the program on the signer's own machine: the run by its secret, its files, and an address for each signature.

No cookie and no session: the secret is in a header, opens one run for a quarter of an hour, and is used up by its last
signature. A run of one file is the usual case.
"""

import base64
from collections.abc import Callable
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from doanso.files import actions as files
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json
from doanso.signing import actions, queries
from doanso.signing.models import Session, SessionState

SCHEME = "DoanSoSign"
LARGEST_BODY = 8192


def _refused(problem: Problem, status: int) -> JsonResponse:
    return JsonResponse({"code": problem.code, "message": problem.message}, status=status)


def _by_secret(view: Callable[[HttpRequest, Session], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Wrap a view to receive the session of the secret in the header; answer every wrong secret with the same 401."""

    def view_of_session(request: HttpRequest) -> HttpResponse:
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        session = queries.session_by_secret(secret) if scheme == SCHEME else None
        if session is None or session.prepared is None:
            message = _("This signature is done, given up, or its time is over. Begin it anew on the page.")
            return _refused(Problem("session_unknown", message), 401)
        return view(request, session)

    return view_of_session


def _one_of(session: Session, named: str) -> Session:
    """Return the session of the run that the request names, if it still lacks its signature."""
    match = next((candidate for candidate in queries.left_of(session) if str(candidate.pk) == named), None)
    if match is None or match.prepared is None:
        raise Refused(Problem("task_unknown", _("There is no such file to sign here.")))
    return match


def _is_done(session: Session, named: str) -> bool:
    """Return whether the named session of the run is completed."""
    return any(
        str(candidate.pk) == named and candidate.state == SessionState.DONE for candidate in queries.run_of(session)
    )


def _b64(content: bytes | memoryview) -> str:
    return base64.b64encode(bytes(content)).decode()


@csrf_exempt
@never_cache
@require_GET
@_by_secret
def task(request: HttpRequest, session: Session) -> HttpResponse:
    """Return the files to be signed, in their order. The program computes each digest itself."""
    payload: dict[str, Any] = {
        "certificate": _b64(session.certificate.der),
        "legal_force": session.plan["legal_force"],
        "back": reverse("signing:session", args=[session.pk]),
        "files": [
            {
                "task": str(unsigned.pk),
                "title": unsigned.title,
                "number": unsigned.plan["fills"].get("number", "") or unsigned.plan["appendix"],
                "to_sign": _b64(unsigned.to_sign),
                "start": unsigned.plan["start"],
                "end": unsigned.plan["end"],
            }
            for unsigned in queries.left_of(session)
        ],
    }
    return JsonResponse(payload)


@csrf_exempt
@never_cache
@require_GET
@_by_secret
def file(request: HttpRequest, session: Session) -> HttpResponse:
    """Return one prepared file of the run."""
    try:
        chosen = _one_of(session, request.GET.get("task", ""))
    except Refused as refused:
        return _refused(refused.problem, 422)
    assert chosen.prepared is not None  # noqa: S101 - `_one_of` has seen to it, the checker has not
    with files.open_blob(chosen.prepared) as plain:
        return HttpResponse(plain.read(), content_type="application/pdf", headers={"X-Content-Type-Options": "nosniff"})


@csrf_exempt
@never_cache
@require_POST
@_by_secret
def signature(request: HttpRequest, session: Session) -> HttpResponse:
    """Receive the signature over the attributes of one file; a repetition after a lost answer succeeds too."""
    try:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_BODY:
            raise Refused(Problem("too_long", _("This message is too long; send less at once.")))
        fields = JsonObject(parse_json(request.body))
        raw_signature = base64.b64decode(fields.text("signature", 1024), validate=True)
        named = fields.text("task", 36)
        if not _is_done(session, named):
            actions.complete_signature(session=_one_of(session, named), signature=raw_signature)
    except ValueError:
        return _refused(
            Problem("signature_wrong", _("This is not the signature of the chosen certificate's key.")), 422
        )
    except Refused as refused:
        return _refused(refused.problem, 422)
    except PermissionDenied:
        message = _("You may not sign this any more. Ask the officer who gives roles and mandates in your unit.")
        return _refused(Problem("not_permitted", message), 403)
    return JsonResponse({"state": "done"})
