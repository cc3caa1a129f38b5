"""Trial signatures: a certificate whose owner signs with another tool shows on a page of no consequence that the tool fits."""

from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.problems import Problem, refuse
from doanso.signing import policy
from doanso.signing.actions.signatures import SignatureStart, begin_signature
from doanso.signing.models import Certificate, Session, Way
from doanso.signing.queries.certificates import holder_name
from doanso.signing.queries.sessions import open_session
from doanso.signing.trial_page import make_trial_page, trial_texts

TRIAL = "signing.trial"
"""The kind of owner of sessions of trial signatures; its id is the certificate's."""
_LARGEST_PAGE = 2 << 20


def begin_trial(*, actor: User, certificate: Certificate, back: str = "") -> SignatureStart:
    """Prepare the trial page of a certificate; what is brought back is checked as any uploaded file. Not inside a transaction.

    A trial that the actor began and did not finish is returned again.
    """
    policy.KEEP.require(actor, certificate)
    refuse(_trial_problem(actor, certificate))
    existing = open_session(owner_kind=TRIAL, owner_id=certificate.pk, field=certificate.kind)
    if existing is not None and existing.user_id == actor.pk:
        return SignatureStart(existing, "")
    today = clock.today()
    page = _store_page(certificate)
    with files.destroy_on_error(page):
        return begin_signature(
            actor=actor,
            owner_kind=TRIAL,
            owner_id=certificate.pk,
            title=_("Trial signature"),
            certificate=certificate,
            base=page,
            field=certificate.kind,
            fills=trial_texts(kind=certificate.kind, dated=today),
            back=back,
        )


def _store_page(certificate: Certificate) -> Blob:
    content = make_trial_page(kind=certificate.kind, name=holder_name(certificate), dated=clock.today())
    return files.store(source=content, name="ky-thu.pdf", limit=_LARGEST_PAGE, kind=Kind.PDF)


def _trial_problem(actor: User, certificate: Certificate) -> Problem | None:
    """Return why the actor makes no trial signature with the certificate."""
    if certificate.ended_at is not None:
        return Problem("certificate_ended", _("This certificate is out of use."))
    if certificate.way != Way.UPLOAD:
        message = _("Only a certificate with which one signs in another tool needs a trial signature.")
        return Problem("trial_other_way", message)
    if not policy.may_sign_with(actor, certificate):
        return Problem("trial_of_another", _("The trial is signed by who signs with this certificate."))
    return None


def keep_trial(session: Session) -> None:
    """Note that the trial signature of a certificate was taken in; inside the session's transaction."""
    certificate = Certificate.objects.select_for_update(of=("self",)).get(pk=session.owner_id)
    certificate.tried_at = clock.now()
    certificate.save(update_fields=["tried_at"])
    record(actor=session.user, action="signing.try_certificate", obj=certificate, unit=certificate.unit_id)
