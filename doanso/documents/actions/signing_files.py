"""The file that is signed: made once when it is the signer's turn, with a verification code on each page and its fields open."""

from dataclasses import replace

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.documents.drafts import compose, notation_symbol
from doanso.documents.models import Document, DocumentState
from doanso.documents.ports import printer_of
from doanso.documents.queries.documents import draft_of
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.queries.numbers import expected_value
from doanso.documents.renderers import render_pdf
from doanso.documents.renderers.authority import signatory
from doanso.documents.renderers.content import DocumentContent
from doanso.documents.signature_fields import FixedValues, fields_as_json, read_fixed_values, signature_fields_of
from doanso.documents.uploaded_signature_fields import find_open_fields
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.official_form.open_fields import OpenField, RenderedDocument
from doanso.official_form.wording import number_separator
from doanso.signing import pdf
from doanso.signing.actions import public
from doanso.signing.models import PublicFile
from doanso.signing.verification_codes import address_of, format_code, qr_png

LIMIT = 50 << 20


def make_base(*, actor: User, document: Document, base: str) -> Document:
    """Return the document with the file that its signer signs; `base` is the installation's address, printed with the code.

    Called outside a transaction: the bytes are stored before the row refers to them, and of two made at once the first is kept. A
    document that is no longer waiting for its signer gets none.
    """
    if document.base_id is not None or document.state != DocumentState.SIGNING:
        return document
    code = document.public or _reserve_code(actor, document)
    upload = document.versions.select_related("upload__key").get(number=document.version).upload
    if upload is None:
        document_content = content_of(document, code=code, base=base)
        rendered = render_pdf(document_content)
        content, open_fields, printed = rendered.pdf, rendered.open_fields, FixedValues(document_content.symbol)
    elif document.source_kind:
        rendered = printed_for_signer(document, code=code, base=base)
        content, open_fields, printed = rendered.pdf, rendered.open_fields, read_fixed_values(document.places)
    else:
        content = pdf.stamp_pages(_read_bytes(upload), format_code(code.code), qr_png(code.code, base=base))
        open_fields, printed = _fields_for_signer(document, content)
    opened = pdf.add_form_fields(content, signature_fields_of(open_fields))
    blob = files.store(source=opened, name=f"{document.pk}.pdf", limit=LIMIT, kind=Kind.PDF)
    with transaction.atomic():
        fresh = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
        # After a call-back another mandate may apply, with other words at the document's end.
        is_other = (fresh.version, fresh.mandate_id) != (document.version, document.mandate_id)
        if fresh.state != DocumentState.SIGNING or is_other or fresh.base_id is not None:
            files.destroy_key(blob=blob)
            return fresh
        fresh.base, fresh.changed_at = blob, clock.now()
        # The printed symbol is kept, because the unit's letterhead may change before the number is drawn.
        fresh.places = fields_as_json(open_fields, printed)
        fresh.save(update_fields=["base", "places", "changed_at"])
    return fresh


def _fields_for_signer(document: Document, content: bytes) -> tuple[dict[str, OpenField], FixedValues]:
    """Return the fields of an uploaded file; a refusal tells its signer, who cannot replace the file, to return it."""
    try:
        return find_open_fields(
            content,
            signer=_signer_name(document),
            years=(clock.today().year,),
            behind=_separator_and_symbol(document),
        )
    except Refused as refused:
        back = _("Return it to its author with these words.")
        raise Refused(replace(refused.problem, message=f"{refused.problem.message} {back}")) from None


def room_problem(document: Document, *, signer: str = "") -> Problem | None:
    """Return why an uploaded newest version could not be signed as it is, as far as that is known before the signer's turn.

    A year ahead is no problem: it may be signed by then. Not inside a transaction, because the file is read.
    """
    upload = document.versions.select_related("upload__key").get(number=document.version).upload
    if upload is None or document.source_kind:
        return None
    this = clock.today().year
    try:
        find_open_fields(
            _read_bytes(upload), signer=signer, years=(this, this + 1), behind=_separator_and_symbol(document)
        )
    except Refused as refused:
        return refused.problem
    return None


def _separator_and_symbol(document: Document) -> str:
    """Return separator and symbol, as the register writes them behind the number."""
    return number_separator(document.profile) + notation_symbol(
        draft_of(document), letterhead_values(document.unit, clock.today())
    )


def printed_for_signer(document: Document, *, code: PublicFile, base: str) -> RenderedDocument:
    """Return another app's record printed with the signer's name, post and words of authority."""
    source_id, mandate = document.source_id, document.mandate
    if source_id is None or mandate is None:
        raise ValueError(f"Document {document.pk} was made of no record, or nobody is to sign it.")
    return printer_of(document.source_kind)(
        source_id=source_id,
        signatory=signatory(mandate.wording, mandate.body, mandate.post, mandate.user.display_name),
        verify_code=format_code(code.code),
        verify_url=address_of(code.code, base=base),
        base=base,
        digits=_digits(document),
    )


def content_of(
    document: Document, *, mark: str = "", code: PublicFile | None = None, base: str = ""
) -> DocumentContent:
    """Return the newest version as content for the renderers."""
    on = clock.today()
    return compose(
        draft_of(document),
        letterhead_values(document.unit, on),
        mandate=document.mandate,
        signer=_signer_name(document),
        made_on=on,
        mark=mark,
        verify_code=format_code(code.code) if code is not None else "",
        verify_url=address_of(code.code, base=base) if code is not None else "",
        digits=_digits(document) if code is not None else 2,
    )


def _digits(document: Document) -> int:
    """Return how many digits the document's number will have as numbers run today, at least two."""
    expected = expected_value(document.unit, profile=document.profile, kind=document.kind, dated=clock.today())
    return max(2, len(str(expected)))


def _signer_name(document: Document) -> str:
    return document.mandate.user.display_name if document.mandate is not None else ""


def _reserve_code(actor: User, document: Document) -> PublicFile:
    """Return the document's verification code, reserved for good: later rounds use it too."""
    with transaction.atomic():
        fresh = Document.objects.select_for_update(of=("self",)).select_related("public", "unit").get(pk=document.pk)
        if fresh.public is None:
            fresh.public = public.reserve_code(actor=actor, unit=fresh.unit)
            fresh.save(update_fields=["public"])
        return fresh.public


def _read_bytes(blob: Blob) -> bytes:
    with files.open_blob(blob) as plain:
        content: bytes = plain.read()
        return content
