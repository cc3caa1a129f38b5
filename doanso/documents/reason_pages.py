"""The words of pages that ask for a reason before something is done with a document."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class ReasonPage:
    """What a page asks, what follows from it, and its button; `asks_successor` for the document that holds instead."""

    heading: str | Promise
    consequence: str | Promise
    icon: str
    button: str | Promise
    asks_successor: bool = False


REASON_PAGES = {
    "discard": ReasonPage(
        heading=_("Throw the draft away"),
        consequence=_("The draft has no number yet, so nothing is missing from the register."),
        icon="trash",
        button=_("Throw the draft away"),
    ),
    "discard-signed": ReasonPage(
        heading=_("Throw the signed document away"),
        consequence=_(
            "It is signed and has no number yet, so nothing is missing from the register and nobody gets it. It "
            "stays here with its signature and your reason, and cannot be issued any more."
        ),
        icon="trash",
        button=_("Throw it away"),
    ),
    "sign-again": ReasonPage(
        heading=_("Have it signed once more"),
        consequence=_(
            "The signer gets it back and signs the same file once more; the signature it bears now counts no "
            "longer. A number that it has stays its own, with its day and its receivers."
        ),
        icon="signature",
        button=_("Give it back to its signer"),
    ),
    "return-signed": ReasonPage(
        heading=_("Return the signed document to its author"),
        consequence=_(
            "It becomes a draft again. The author reads your reason, chooses the corrected PDF and sends it on "
            "once more; the signature it bears now counts no longer."
        ),
        icon="arrow-back-up",
        button=_("Return it to its author"),
    ),
    "give-up": ReasonPage(
        heading=_("Give up document and number"),
        consequence=_(
            "The document is thrown away and nobody gets it. Its number stays in the register as void, with your "
            "reason, and no other document bears it. Where the signature can be made anew, have it signed once "
            "more instead: then it keeps its number."
        ),
        icon="trash",
        button=_("Give it up"),
    ),
    "recall": ReasonPage(
        heading=_("Recall the document"),
        consequence=_(
            "Everybody who got it sees at once that it no longer holds, with your reason; so does whoever "
            "verifies it. It stays in the register."
        ),
        icon="arrow-back-up",
        button=_("Recall it"),
    ),
    "replace": ReasonPage(
        heading=_("Replace the document"),
        consequence=_("Everybody who got it is led to the document that holds instead; so is whoever verifies it."),
        icon="replace",
        button=_("Replace it"),
        asks_successor=True,
    ),
}
