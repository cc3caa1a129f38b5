"""Verdicts in plain Vietnamese: a headline for the file, and a sentence for each reason and change."""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib.formats import number
from doanso.signing.verification import LaterChange, SignatureVerdict, Verdict, VerdictReason, VerdictState
from doanso.signing.verification.verdict import ADDED_LATER, INTACT

HEADS: Final = {
    VerdictState.VALID: gettext_lazy("The signatures are right and nothing was changed"),
    VerdictState.ADDED: gettext_lazy("The signed content is intact; %(who)s signed later in a new place: look at it"),
    VerdictState.TEST: gettext_lazy("A trial signature: it has no legal force"),
    VerdictState.UNKNOWN: gettext_lazy("Nothing was changed, but nobody known here vouches for the signer"),
    VerdictState.CHANGED: gettext_lazy("This file was changed after it was signed"),
    VerdictState.BROKEN: gettext_lazy("The signature does not hold"),
    VerdictState.UNSIGNED: gettext_lazy("There is no digital signature in this file"),
    VerdictState.UNREADABLE: gettext_lazy("This file cannot be read with certainty"),
}
ADVICE: Final = {
    VerdictState.VALID: gettext_lazy("You may rely on what you read in it."),
    VerdictState.ADDED: gettext_lazy(
        "What was signed before is unchanged. The added signature is not a part of it: look at who made it, and why."
    ),
    VerdictState.TEST: gettext_lazy("It was made for practice. Do not use it as a document."),
    VerdictState.UNKNOWN: gettext_lazy("Ask the office that the file names whether it is theirs, before you use it."),
    VerdictState.CHANGED: gettext_lazy("Do not use it. Ask the office that sent it for the right file."),
    VerdictState.BROKEN: gettext_lazy("Do not use it. Ask the office that sent it for the right file."),
    VerdictState.UNSIGNED: gettext_lazy("A picture of a signature or a seal on the page proves nothing."),
    VerdictState.UNREADABLE: gettext_lazy("Choose the PDF file as you received it, not a photo or a printed copy."),
}
_UNPROVEN: Final = gettext_lazy(
    "The signature was made for this file, but its certificate does not prove who made it or when."
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """The texts of a fault that has a meaning of its own: headline, advice, and what it means for one signature."""

    head: Promise
    advice: Promise
    standing: Promise


_CERTIFICATE_FAULTS: Final = {
    "expired": _Fault(
        gettext_lazy("The signer's certificate has expired"),
        gettext_lazy(
            "Nothing proves that it was signed while the certificate was valid. Ask the office that issued it whether it still "
            "holds, or for a file that is signed again."
        ),
        gettext_lazy("The signature was made for this file; nothing proves that its certificate was still valid then."),
    ),
    "revoked": _Fault(
        gettext_lazy("The signer's certificate was revoked"),
        gettext_lazy(
            "Nothing proves that it was signed before that, so somebody else may have signed. Do not use it before the office "
            "that issued it has confirmed it or signed it again."
        ),
        gettext_lazy("The signature was made for this file; nothing proves that it was made before the revocation."),
    ),
    "not_yet_valid": _Fault(
        gettext_lazy("The signer's certificate was not valid yet"),
        gettext_lazy("Ask the office that issued it for a file signed with a certificate that is valid."),
        _UNPROVEN,
    ),
    "impostor": _Fault(
        gettext_lazy("The signer's certificate is not from the authority that it names"),
        gettext_lazy("Somebody may pretend to be the signer. Do not use it; tell the office that it names."),
        _UNPROVEN,
    ),
    "chain_broken": _Fault(
        gettext_lazy("The signer's certificate cannot be trusted"),
        gettext_lazy(
            "It does not lead to its authority as it should. Ask the office that issued the file to sign it with a certificate "
            "of a recognised authority."
        ),
        _UNPROVEN,
    ),
}
_EMPTY_PLACE: Final = _Fault(
    gettext_lazy("An empty place for a signature was added after the signing"),
    gettext_lazy(
        "Nobody signed that place, and it may cover something. Ask the office that sent the file for the one as it was signed; "
        "whoever is to sign signs that one."
    ),
    gettext_lazy("After this signature an empty place for another one was added, which nobody signed."),
)
# The visual state of each verdict (on, behind, risk).
TONES: Final = {
    VerdictState.VALID: "on",
    VerdictState.ADDED: "behind",
    VerdictState.TEST: "behind",
    VerdictState.UNKNOWN: "behind",
    VerdictState.CHANGED: "risk",
    VerdictState.BROKEN: "risk",
    VerdictState.UNSIGNED: "behind",
    VerdictState.UNREADABLE: "behind",
}
_FILE_BENT = gettext_lazy("The file is built so that two programs could show two different contents.")
_REASONS: Final = {
    "not_pdf": gettext_lazy("It is not a PDF file, or something was put before it."),
    "encrypted": gettext_lazy("The file is locked with a password."),
    "hybrid": gettext_lazy(
        "The file has two tables of contents, as Word writes them; they may differ, so nothing is said of it."
    ),
    "too_large": gettext_lazy("The file is too large or too tangled to look at it whole."),
    "no_answer": gettext_lazy("The file could not be looked through in the time given."),
    "syntax": gettext_lazy("The file is damaged."),
    "stream_length": gettext_lazy("The file is damaged."),
    "stray_bytes": gettext_lazy("There is something in the file that belongs to no part of it."),
    "hidden_object": gettext_lazy("There is something hidden in the file."),
    "digest": gettext_lazy("The bytes of the file are not those that were signed."),
    "signature": gettext_lazy("The signature was not made with the key of this certificate."),
    "byte_range": gettext_lazy("The signature does not cover what it says it covers."),
    "signature_copied": gettext_lazy("The same signature was put into the file twice."),
    "signature_overwritten": gettext_lazy("A signature was replaced later."),
    "stray_signature": gettext_lazy("There is a signature in the file that stands in no place of its own."),
    "signature_malformed": gettext_lazy("The signature is not written as a signature must be."),
    "signature_kind": gettext_lazy("The signature is of a kind that is not accepted."),
    "envelope": gettext_lazy("The signature is not written as a signature must be."),
    "duplicate_field": gettext_lazy("Two places for a signature bear one name."),
    "active_content": gettext_lazy("The file holds a program that can change what it shows."),
    "outside_content": gettext_lazy("A part of the page is fetched from elsewhere."),
    "hidden_layer": gettext_lazy("The file has a hidden layer that can be shown or taken away."),
    "hidden_annotation": gettext_lazy("The file has a note that is hidden on the screen or on paper."),
    "other_on_paper": gettext_lazy("The file shows something else on paper than on the screen."),
    "weak": gettext_lazy("The signature was made by means that can be forged today."),
    "usage": gettext_lazy("The certificate is not made for signing documents."),
    "expired": gettext_lazy("The certificate had run out, and nothing proves that it was signed before."),
    "not_yet_valid": gettext_lazy("The certificate was not valid yet."),
    "revoked": gettext_lazy("The certificate was called back, and nothing proves that it was signed before."),
    "impostor": gettext_lazy("The certificate bears the name of an authority that did not issue it."),
    "chain_unknown": gettext_lazy("The authority that issued the certificate is not known here."),
    "chain_broken": gettext_lazy("The certificate does not lead to its authority as it should."),
    "authority_ended": gettext_lazy(
        "The authority is not trusted any more, and nothing proves that it was signed before."
    ),
    "clock": gettext_lazy("The time of signing cannot be true."),
    "time_broken": gettext_lazy("The time stamp does not hold."),
    "time_unknown": gettext_lazy("The time stamp comes from an authority that is not known here."),
    "changed": gettext_lazy("Something came after the signature that may not come."),
    "numbered_without_office": gettext_lazy("Number or date were filled in without the organisation's signature."),
    "attachments": gettext_lazy("Other files lie within this file; the pages do not show them."),
    "signature_added": gettext_lazy(
        "%(who)s added a signature later, in a place of its own. The content is the same; look at this signature."
    ),
    "signature_unseen": gettext_lazy("%(who)s added a signature later that no page shows. The content is the same."),
    "organisation_first": gettext_lazy(
        "The organisation signed before the person, who signs first by the rules. Both signatures hold; ask the office whether "
        "the person's was meant to be added."
    ),
    "other_name": gettext_lazy("The certificate is that of “%(who)s”, and the pages name somebody else as signer."),
    "added_unsigned": gettext_lazy("A place for a signature was added later and not signed."),
    "added_large": gettext_lazy("The signature that was added later covers a large part of the page."),
    "added_near": gettext_lazy(
        "The signature that was added later stands so close to something on the page that it may be read together with it."
    ),
    "added_elsewhere": gettext_lazy(
        "The signature that was added later is shown on another page than its own, on several or on none."
    ),
    "added_over": gettext_lazy("The signature that was added later covers something on the page."),
    "added_unseen": gettext_lazy("The signature that was added later shows nothing."),
    "added_hidden": gettext_lazy("The signature that was added later hides words that nobody sees."),
    "added_look": gettext_lazy("The signature that was added later may look different from program to program."),
    "added_odd": gettext_lazy("The signature that was added later stands in a place of an unusual kind."),
    "only_times": gettext_lazy("There is a time stamp, but nobody signed."),
    "readers_differ": _FILE_BENT,
    "unexpected": gettext_lazy("Something in the file is not understood, so nothing in it is believed."),
}
_CHANGES: Final = {
    "signed": gettext_lazy("One more signature was set in the place kept for it."),
    "signature_added": gettext_lazy("A signature was added in a new place; the content is the same."),
    "time_stamped": gettext_lazy("A time stamp was added."),
    "validation_data": gettext_lazy("Proof about the certificates was added; the pages are the same."),
    "numbered": gettext_lazy("The office filled in number and date."),
    "content": gettext_lazy("The content of a page was changed."),
    "pages": gettext_lazy("Pages were added, taken away or put in another order."),
    "annotations": gettext_lazy("A note, a picture or a link was laid over a page."),
    "fields": gettext_lazy("A field of the form was added or changed."),
    "empty_place": gettext_lazy("An empty place for a signature was added; nobody signed it."),
    "layers": gettext_lazy("A layer was added, shown or hidden."),
    "actions": gettext_lazy("Something was added that happens when the file is opened."),
    "attachments": gettext_lazy("Another file was put into it."),
    "structure": gettext_lazy("Something in the file was changed."),
}
_CLOCKS: Final = {
    "authority": gettext_lazy("by a trusted time stamp"),
    "test_authority": gettext_lazy("by a time stamp for trials"),
    "unknown_authority": gettext_lazy("by a time stamp of somebody not known here"),
    "own_clock": gettext_lazy("by the clock of the signer's machine"),
}
_RECALLS: Final = {
    "good": gettext_lazy("It was not called back."),
    "no_data": gettext_lazy("Whether it was called back is not known here."),
    "unknown": gettext_lazy("Whether it was called back is not known here."),
    "revoked_after": gettext_lazy("It was called back later, after this signature."),
    "revoked_before": gettext_lazy("It was called back."),
}


def reason(verdict_reason: VerdictReason) -> str:
    """Return the sentence of a reason; codes of structural faults share one."""
    sentence = str(_REASONS.get(verdict_reason.code, _FILE_BENT))
    return sentence % {"who": verdict_reason.detail or _("Somebody")} if "%(who)s" in sentence else sentence


@dataclass(frozen=True, slots=True)
class SignatureMessage:
    """The texts of one signature on a page."""

    signature: SignatureVerdict
    tone: str
    holds: bool
    signer_words: str
    office: str
    clock: str
    coverage: str
    recall: str
    reasons: tuple[str, ...]
    changes: tuple[tuple[str, bool], ...]
    # Both names, where the certificate's holder differs from the printed name.
    names: str = ""
    # What a fault of the file means for this signature.
    standing: str = ""


@dataclass(frozen=True, slots=True)
class VerdictMessage:
    """The texts of a verdict on a page."""

    verdict: Verdict
    head: str
    advice: str
    tone: str
    reasons: tuple[str, ...]
    notes: tuple[str, ...]
    signatures: tuple[SignatureMessage, ...]
    # The headline of a fault that is no change of what was signed.
    fault: str = ""


def describe_verdict(verdict: Verdict) -> VerdictMessage:
    """Return the verdict in words."""
    head = str(HEADS[verdict.state])
    if verdict.state is VerdictState.ADDED:
        printed_name = dict.fromkeys(
            entry.detail or _("Somebody") for entry in verdict.notes if entry.code in ADDED_LATER
        )
        head %= {"who": ", ".join(printed_name)}
    fault = _fault_of_file(verdict)
    return VerdictMessage(
        verdict,
        str(fault.head) if fault else head,
        str(fault.advice if fault else ADVICE[verdict.state]),
        TONES[verdict.state],
        tuple(dict.fromkeys(reason(entry) for entry in verdict.reasons)),
        tuple(reason(entry) for entry in verdict.notes),
        tuple(_signature(entry, verdict) for entry in verdict.signatures),
        str(fault.head) if fault else "",
    )


def _fault_of_file(verdict: Verdict) -> _Fault | None:
    """Return the fault that all failing signatures of a file have in common with it, the first one's where they differ."""
    if verdict.reasons or any(time.state not in INTACT for time in verdict.times):
        return None
    faults = [_fault_of(signature) for signature in verdict.signatures if not signature.is_intact]
    return faults[0] if all(faults) and faults else None


def _fault_of(signature: SignatureVerdict) -> _Fault | None:
    """Return the fault of a signature that leaves what it signed as it was."""
    codes = {entry.code for entry in signature.reasons}
    if codes == {"added_unsigned", "changed"}:
        return _EMPTY_PLACE
    return _CERTIFICATE_FAULTS.get(next(iter(codes))) if len(codes) == 1 else None


def _standing(signature: SignatureVerdict, verdict: Verdict) -> str:
    if verdict.is_intact:
        return ""
    if signature.is_intact:
        return _("This signature by itself holds for what it covers.")
    fault = _fault_of(signature)
    return str(fault.standing) if fault else _("This signature does not hold for the file as it is now.")


def _signature(signature: SignatureVerdict, verdict: Verdict) -> SignatureMessage:
    office = " · ".join(
        dict.fromkeys(part for part in (signature.office, signature.organisation) if part and part != signature.signer)
    )
    if signature.coverage == "file":
        coverage = _("the whole file, %(size)s bytes") % {"size": number(verdict.size)}
    elif signature.coverage == "revision":
        values = {"covered": number(signature.covered), "size": number(verdict.size)}
        coverage = _("the file as it was then: the first %(covered)s of %(size)s bytes") % values
    else:
        coverage = _("less than the file")
    return SignatureMessage(
        signature,
        TONES[signature.state],
        signature.is_intact,
        signature.signer or _("Signer not readable"),
        office,
        str(_CLOCKS.get(signature.time_source, "")),
        coverage,
        str(_RECALLS.get(signature.revocation, "")),
        tuple(dict.fromkeys(reason(reason_found) for reason_found in signature.reasons)),
        tuple((change_of(reason_found), reason_found.allowed) for reason_found in signature.changes),
        _names(signature),
        _standing(signature, verdict),
    )


def _names(signature: SignatureVerdict) -> str:
    if not signature.bears_other_name:
        return ""
    values = {"holder": signature.signer, "printed": signature.printed}
    return _("Holder of the certificate: %(holder)s. Name printed on the page: %(printed)s.") % values


def change_of(change: LaterChange) -> str:
    """Return the sentence of a change."""
    return str(_CHANGES.get(change.kind, _CHANGES["structure"]))
