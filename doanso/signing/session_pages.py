"""The page of a signature in progress, for the views here and those of the app that began it."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import add_never_cache_headers

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.signing import reading
from doanso.signing.actions import SignatureStart
from doanso.signing.forms import certificates as forms
from doanso.signing.models import Session, SessionState, Way
from doanso.signing.queries.sessions import run_of


def session_state(session: Session) -> str:
    """Return the state of a session; `expired` once its time is over."""
    is_over = session.state == SessionState.OPEN and session.expires_at <= clock.now()
    return "expired" if is_over else session.state


def session_page(request: AuthenticatedRequest, session: Session, status: int = 200, **more: object) -> HttpResponse:
    """Show the files of the run, the certificate, and the next step; `more` is laid over what the page shows."""
    own = reading.load(session.certificate.der)
    run = run_of(session)
    state = session_state(session)
    page = {
        "session": session,
        "state": state,
        # A run of one file is described above already.
        "run": [(run_session, session_state(run_session)) for run_session in run] if len(run) > 1 else [],
        "way": session.certificate.way,
        "signer": reading.common_name(own),
        "number": session.plan.get("fills", {}).get("number", ""),
        "day": "/".join(part for name in ("day", "month", "year") if (part := session.plan.get("fills", {}).get(name))),
        "legal_force": session.plan.get("legal_force", True),
        "back": session.plan.get("back", ""),
        "agent": settings.SIGNING_AGENT,
        "form": forms.UploadForm() if state == SessionState.OPEN and session.certificate.way == Way.UPLOAD else None,
    }
    return render(request, "signing/session.html", page | more, status=status)


def show_begun(request: AuthenticatedRequest, begun: SignatureStart) -> HttpResponse:
    """Lead on to a signature that was just begun: at once to the signing program where a device signs, else to its page."""
    if not begun.secret:
        return redirect("signing:session", begun.session.pk)
    response = session_page(request, begun.session, link=agent_link(begun.secret))
    add_never_cache_headers(response)
    return response


def agent_link(secret: str) -> str:
    """Return the address at which the signing program in the signer's machine opens a session."""
    return f"{settings.SIGNING_AGENT}/sign#{secret}"
