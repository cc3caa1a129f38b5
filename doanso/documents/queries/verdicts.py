"""The verdicts on a document's signatures, as lines of its page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.documents.models import Document
from doanso.signing import verdict_messages
from doanso.signing.queries.authorities import read_trust
from doanso.signing.queries.public import verdict_of_public
from doanso.signing.queries.verdicts import verdict_of
from doanso.signing.verification import Verdict, VerdictState, with_printed_name

_WORDS: Final = {
    VerdictState.VALID: gettext_lazy("Valid. The content was not changed."),
    VerdictState.ADDED: gettext_lazy(
        "The signed content is intact; a signature was added later in a new place: look at it."
    ),
    VerdictState.TEST: gettext_lazy("A trial signature without legal force. The content was not changed."),
    VerdictState.CHANGED: gettext_lazy("Not valid. The file was changed after it was signed."),
    VerdictState.BROKEN: gettext_lazy("Not valid. The signature does not hold."),
}


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """One signature, or a file without any: signer, office, the verdict in words, and the certificate's times."""

    person: str
    office: str
    tone: str
    words: str
    signed_at: datetime | None = None
    not_after: datetime | None = None
    # Another name in the certificate, or whether a signature is valid by itself in a file that was changed.
    notes: tuple[str, ...] = ()


def signature_lines(document: Document) -> list[SignatureLine]:
    """Return the lines of the document's newest file and of its attachments; verdicts are cached for minutes."""
    believed = read_trust()
    lines: list[SignatureLine] = []
    if document.final is not None and document.public is not None and document.public.issued_at is not None:
        lines += verdict_lines(verdict_of_public(document.public, believed))
    elif (blob := document.final or document.signed) is not None:
        printed = document.mandate.user.display_name if document.mandate is not None else ""
        lines += verdict_lines(with_printed_name(verdict_of(blob, believed), printed))
    for attachment in (
        document.attachments.exclude(signed=None).select_related("signed__key").order_by("added_at", "id")
    ):
        if attachment.signed is None:
            continue
        verdict = verdict_of(attachment.signed, believed)
        lines.append(SignatureLine(attachment.name, "", verdict_messages.TONES[verdict.state], _words(verdict.state)))
    return lines


def verdict_lines(verdict: Verdict) -> list[SignatureLine]:
    """Return a line per signature of a verdict; a file without signatures has one line that says so."""
    message = verdict_messages.describe_verdict(verdict)
    if not message.signatures:
        return [SignatureLine(_("The document's file"), "", message.tone, _words(verdict.state))]
    lines = []
    for entry in message.signatures:
        # No signature protects a file that was changed as a whole.
        state = entry.signature.state if verdict.is_intact else verdict.state
        lines.append(
            SignatureLine(
                entry.signer_words,
                entry.office,
                verdict_messages.TONES[state],
                _("Not valid. %(why)s.") % {"why": message.fault} if message.fault else _words(state),
                entry.signature.signed_at,
                entry.signature.not_after,
                _notes(entry),
            )
        )
    return lines


def _notes(entry: verdict_messages.SignatureMessage) -> tuple[str, ...]:
    notes = [entry.names] if entry.names else []
    if entry.standing:
        notes.append(entry.standing)
    if entry.signature.state is VerdictState.ADDED:
        notes.append(_("A signature was added later in a new place; look at it."))
    return tuple(notes)


def _words(state: VerdictState) -> str:
    return str(_WORDS.get(state, verdict_messages.HEADS[state]))
