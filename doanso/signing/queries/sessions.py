"""Queries of sessions, for their pages and the agent."""

from uuid import UUID

from django.db.models import F, Q

from doanso.accounts.models import User
from doanso.lib import clock, encryption
from doanso.signing import policy
from doanso.signing.models import Session, SessionState

_LOOK_UP = "signing.session"


def secret_lookup(secret: str) -> str:
    """Return the hash under which a session is stored; the secret itself is stored nowhere."""
    return encryption.look_up(secret, context=_LOOK_UP)


def session_by_secret(secret: str) -> Session | None:
    """Return the open session of a secret, or None; None too where its user may not sign with its certificate any more."""
    if not 20 <= len(secret) <= 80:
        return None
    rows = Session.objects.select_related("certificate__unit", "prepared", "user")
    session = rows.filter(
        secret_lookup=secret_lookup(secret), state=SessionState.OPEN, expires_at__gt=clock.now()
    ).first()
    return session if session is not None and policy.may_sign_with(session.user, session.certificate) else None


def run_of(session: Session) -> list[Session]:
    """Return the sessions of a run, the given one included, in the order of signing: the leader last."""
    leader = session.leader_id or session.pk
    rows = Session.objects.select_related("certificate", "base", "prepared", "signed")
    ordered = rows.filter(Q(pk=leader) | Q(leader=leader)).order_by(F("leader").asc(nulls_last=True), "made_at", "id")
    return list(ordered)


def left_of(session: Session) -> list[Session]:
    """Return the sessions of a run that still lack their signature, in that order."""
    now = clock.now()
    return [
        run_session
        for run_session in run_of(session)
        if run_session.state == SessionState.OPEN and run_session.expires_at > now
    ]


def open_session(*, owner_kind: str, owner_id: UUID, field: str) -> Session | None:
    """Return the open session of one field of one object, or None."""
    return Session.objects.filter(
        owner_kind=owner_kind, owner_id=owner_id, field=field, state=SessionState.OPEN, expires_at__gt=clock.now()
    ).first()


def own_session(user: User, session_id: UUID) -> Session | None:
    """Return a session of the user's own, whatever its state."""
    rows = Session.objects.select_related("certificate", "certificate__unit", "base", "prepared", "signed")
    return rows.filter(pk=session_id, user=user).first()
