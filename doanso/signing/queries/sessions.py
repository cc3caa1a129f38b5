"""Signatures under way, as their pages and the agent find them."""

from uuid import UUID

from django.db.models import F, Q

from doanso.accounts.models import User
from doanso.lib import clock, sealing
from doanso.signing.models import Session, SessionState

_LOOK_UP = "signing.session"


def secret_lookup(secret: str) -> str:
    """By what a session is found; the secret itself is kept nowhere."""
    return sealing.look_up(secret, context=_LOOK_UP)


def session_by_secret(secret: str) -> Session | None:
    """The open session whose secret somebody holds."""
    if not 20 <= len(secret) <= 80:
        return None
    rows = Session.objects.select_related("certificate", "prepared", "user")
    return rows.filter(secret_lookup=secret_lookup(secret), state=SessionState.OPEN, expires_at__gt=clock.now()).first()


def run_of(session: Session) -> list[Session]:
    """What is signed in one go with a session, itself among it: in the order in which it is signed, so the leader last."""
    leader = session.leader_id or session.pk
    rows = Session.objects.select_related("certificate", "base", "prepared", "signed")
    ordered = rows.filter(Q(pk=leader) | Q(leader=leader)).order_by(F("leader").asc(nulls_last=True), "made_at", "id")
    return list(ordered)


def left_of(session: Session) -> list[Session]:
    """Of a run what still owes its signature, in that order."""
    now = clock.now()
    return [
        run_session
        for run_session in run_of(session)
        if run_session.state == SessionState.OPEN and run_session.expires_at > now
    ]


def open_session(*, owner_kind: str, owner_id: UUID, field: str) -> Session | None:
    """What is under way on one place of one thing, if anything is."""
    return Session.objects.filter(
        owner_kind=owner_kind, owner_id=owner_id, field=field, state=SessionState.OPEN, expires_at__gt=clock.now()
    ).first()


def own_session(user: User, session_id: UUID) -> Session | None:
    """A session of the user's own, whatever its state."""
    rows = Session.objects.select_related("certificate", "certificate__unit", "base", "prepared", "signed")
    return rows.filter(pk=session_id, user=user).first()
