"""The content of a draft, stored in versions, and its composition into the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doanso.documents.body.nodes import Appendix, DocumentBody
from doanso.documents.body.schema import EMPTY, parse, parse_appendices
from doanso.documents.body.text import pages_of, plain_text
from doanso.documents.kinds import kind_named, symbol
from doanso.documents.models import Mandate
from doanso.documents.queries.letterheads import LetterheadValues
from doanso.documents.renderers.authority import signatory
from doanso.documents.renderers.content import CIRCULATIONS, URGENCIES, DocumentContent, Issuer
from doanso.lib.problems import Problem, Refused
from doanso.official_form.head import Signatory

LONGEST_SUMMARY, LONGEST_LINE, MOST_LINES = 400, 200, 30
DRAFT_MARK = "DỰ THẢO"


@dataclass(frozen=True, slots=True)
class Draft:
    """What people write. `addressees` ("Kính gửi") and `recipients` ("Nơi nhận") have one entry per line.

    An uploaded file has only what the register needs; `is_upload` marks it.
    """

    profile: str
    kind: str
    summary: str
    body: DocumentBody = EMPTY
    appendices: tuple[Appendix, ...] = ()
    addressees: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    urgency: str = ""
    circulation: str = ""
    # The division that drafts it, written at the end of the symbol.
    division: str = ""
    is_upload: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the JSON stored in a version."""
        return {
            "profile": self.profile,
            "kind": self.kind,
            "summary": self.summary,
            "body": self.body.as_json(),
            "appendices": [appendix.as_json() for appendix in self.appendices],
            "addressees": list(self.addressees),
            "recipients": list(self.recipients),
            "urgency": self.urgency,
            "circulation": self.circulation,
            "division": self.division,
            "is_upload": self.is_upload,
        }

    def pages(self) -> list[str]:
        """Return all texts, for marks of secrecy and for search."""
        return ["\n".join((self.summary, *self.addressees)), *pages_of(self.body, self.appendices)]

    def lines(self) -> list[str]:
        """Return the lines that people fill in, where an outline may have left a place; appendices may be forms to fill in by
        hand."""
        return [self.summary, *self.addressees, *plain_text(self.body).splitlines(), *self.recipients]


def from_json(stored: Mapping[str, Any]) -> Draft:
    """Build a draft from what `as_json` returned."""
    return Draft(
        profile=stored["profile"],
        kind=stored["kind"],
        summary=stored["summary"],
        body=parse(stored["body"]),
        appendices=parse_appendices(stored["appendices"]),
        addressees=tuple(stored["addressees"]),
        recipients=tuple(stored["recipients"]),
        urgency=stored["urgency"],
        circulation=stored["circulation"],
        division=stored["division"],
        is_upload=stored["is_upload"],
    )


def require_sound(draft: Draft) -> None:
    """Refuse what could not be printed or registered."""
    kind = kind_named(draft.kind)
    if not kind.exists_in(draft.profile):
        raise Refused(Problem("document_kind_form", _("This kind of document does not exist in this form."), "kind"))
    if not draft.summary.strip():
        raise Refused(Problem("document_summary", _("Say in a line what the document is about."), "summary"))
    if len(draft.summary) > LONGEST_SUMMARY:
        message = _("Not more than %(most)s letters.") % {"most": LONGEST_SUMMARY}
        raise Refused(Problem("document_summary_long", message, "summary"))
    if draft.urgency and draft.urgency not in URGENCIES:
        raise Refused(Problem("document_urgency", _("Choose one of the listed marks."), "urgency"))
    if draft.circulation and draft.circulation not in CIRCULATIONS:
        raise Refused(Problem("document_circulation", _("Choose one of the listed marks."), "circulation"))
    for field, lines in (("addressees", draft.addressees), ("recipients", draft.recipients)):
        _require_lines(field, lines)


def _require_lines(field: str, lines: Sequence[str]) -> None:
    if len(lines) > MOST_LINES:
        raise Refused(Problem("document_lines", _("Not more than %(most)s lines.") % {"most": MOST_LINES}, field))
    if any(len(line) > LONGEST_LINE for line in lines):
        message = _("A line has at most %(most)s letters.") % {"most": LONGEST_LINE}
        raise Refused(Problem("document_line_long", message, field))


def notation_symbol(draft: Draft, letterhead: LetterheadValues) -> str:
    """Return the symbol behind the number: "KH/TĐTN"."""
    return symbol(draft.profile, kind_named(draft.kind), letterhead.symbol, draft.division)


def compose(
    draft: Draft,
    letterhead: LetterheadValues,
    *,
    mandate: Mandate | None,
    signer: str = "",
    made_on: date,
    mark: str = "",
    verify_code: str = "",
    verify_url: str = "",
    digits: int = 2,
) -> DocumentContent:
    """Return the document as content for the renderers; number and day stay open, because they are filled with the seal."""
    return DocumentContent(
        form=draft.profile,
        kind=kind_named(draft.kind),
        symbol=notation_symbol(draft, letterhead),
        issuers=(Issuer(letterhead.superior, letterhead.issuer),),
        place=letterhead.place,
        summary=draft.summary,
        body=draft.body,
        signatories=(_signatory(mandate, letterhead, signer),),
        made_on=made_on,
        addressees=draft.addressees,
        recipients=draft.recipients or letterhead.recipients,
        appendices=draft.appendices,
        urgency=draft.urgency,
        circulation=draft.circulation,
        draft=mark,
        verify_code=verify_code,
        verify_url=verify_url,
        digits=digits,
    )


def _signatory(mandate: Mandate | None, letterhead: LetterheadValues, signer: str) -> Signatory:
    if mandate is None:
        return Signatory(
            (letterhead.authority,) if letterhead.authority else (), letterhead.post, signer or letterhead.signer
        )
    return signatory(mandate.wording, mandate.body, mandate.post, signer)
