"""Views of a session, for the user who started it: signing with the agent, on the server, or with another tool."""

import re
from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.responses import hand_out
from doanso.lib import vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.signing import actions
from doanso.signing.forms import certificates as forms
from doanso.signing.models import Session, SessionState, Way
from doanso.signing.queries.sessions import left_of, own_session
from doanso.signing.session_pages import agent_link, session_page, session_state

_NOT_PLAIN = re.compile(r"[^a-z0-9]+")
_LONGEST_NAME = 60


def _session(request: AuthenticatedRequest, session_id: UUID) -> Session:
    """Return the user's own session; raise 404 for another's."""
    session = own_session(request.user, session_id)
    if session is None:
        raise Http404
    return session


@login_required
@never_cache
@require_safe
def session(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Show the files of the run, the certificate, and the next step."""
    session = _session(request, session_id)
    if session.leader_id is not None and session.certificate.way == Way.AGENT:
        # The agent signs the whole run, which the leader's page shows.
        return redirect("signing:session", session.leader_id)
    if "waiting" in request.GET:
        return _answer_waiting(session)
    if "signed" in request.GET and session_state(session) == SessionState.OPEN and session.certificate.way == Way.AGENT:
        # A message, since the page otherwise looks unchanged.
        return session_page(
            request, session, problem=_("Nothing is signed yet. Go on in the signing program, then press this again.")
        )
    return session_page(request, session)


def _answer_waiting(session: Session) -> HttpResponse:
    """Answer the page that waits for the signing program: nothing while it signs, then where the signer goes on."""
    if session_state(session) == SessionState.OPEN:
        return HttpResponse(status=204)
    response = HttpResponse()
    response["HX-Redirect"] = session.plan.get("back") or reverse("signing:session", args=[session.pk])
    return response


def _done(request: AuthenticatedRequest, session: Session, action: Callable[[], object], message: str) -> HttpResponse:
    try:
        action()
    except Refused as refused:
        return session_page(request, _session(request, session.pk), status=422, problem=refused.problem.message)
    messages.success(request, message)
    if remaining := left_of(session):
        return redirect("signing:session", remaining[0].pk)
    return redirect(session.plan.get("back") or "signing:session", *([] if session.plan.get("back") else [session.pk]))


@login_required
@never_cache
@require_POST
def renew_agent_link(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Issue a new secret for the agent and show it as a link; older links become invalid."""
    session = _session(request, session_id)
    try:
        secret = actions.renew_secret(actor=request.user, session=session)
    except Refused as refused:
        return session_page(request, session, status=422, problem=refused.problem.message)
    return session_page(request, session, link=agent_link(secret))


@login_required
@require_POST
def sign_on_server(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Sign with the organisation's key on the server's token."""
    session = _session(request, session_id)
    return _done(
        request, session, lambda: actions.sign_on_server(actor=request.user, session=session), _("The file is signed.")
    )


@login_required
@require_POST
def upload(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Upload the file that was signed elsewhere."""
    session = _session(request, session_id)
    form = forms.UploadForm(request.POST, request.FILES)
    if not form.is_valid():
        return session_page(request, session, status=422, form=form)
    content = form.content()
    return _done(
        request,
        session,
        lambda: actions.accept_upload(actor=request.user, session=session, content=content),
        _("The signed file is taken in; its signature holds."),
    )


@login_required
@require_safe
def file(request: AuthenticatedRequest, session_id: UUID) -> HttpResponseBase:
    """Send the file to be signed elsewhere or, once completed, the signed file."""
    session = _session(request, session_id)
    if session.signed is not None:
        return hand_out(request, session.signed, name=_file_name(session, "da-ky"))
    if session.certificate.way != Way.UPLOAD:
        raise Http404
    return hand_out(request, session.prepared or session.base, name=_file_name(session, "chua-ky"))


def _file_name(session: Session, how: str) -> str:
    """Return a recognisable file name in ASCII, which every tool accepts."""
    words = _NOT_PLAIN.sub("-", vietnamese.fold(session.title.removesuffix(".pdf"))).strip("-")
    return f"{words[:_LONGEST_NAME].rstrip('-')}-{how}.pdf"


def _cancel(request: AuthenticatedRequest, session: Session) -> None:
    """Cancel the signature; raise `Refused` if it is completed, since it stays."""
    if actions.cancel_signature(actor=request.user, session=session).state == SessionState.DONE:
        raise Refused(Problem("session_done", _("There is nothing to sign here any more.")))


@login_required
@require_POST
def cancel(request: AuthenticatedRequest, session_id: UUID) -> HttpResponse:
    """Cancel the signature."""
    session = _session(request, session_id)
    return _done(
        request,
        session,
        lambda: _cancel(request, session),
        _("The signature was given up. Nothing is signed."),
    )
