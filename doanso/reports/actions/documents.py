"""Make a document of a frozen report: its own pages, with space for number, date, signature and seal."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.actions.drafts import start_from_source
from doanso.documents.actions.signing_files import LIMIT
from doanso.documents.drafts import Draft
from doanso.documents.models import Document
from doanso.documents.queries.documents import document_made_of
from doanso.files import actions as files
from doanso.files.reading import Kind
from doanso.lib.problems import Problem, Refused
from doanso.official_form.head import Signatory
from doanso.official_form.open_fields import RenderedDocument
from doanso.reports import policy
from doanso.reports.assembly import assemble
from doanso.reports.models import Report
from doanso.reports.sources import REPORT
from doanso.signing.actions import public
from doanso.signing.verification_codes import address_of, format_code

KIND = "report"


def make_document(*, actor: User, report: Report, base: str) -> Document:
    """Return the document of a frozen report, creating one if none is in force; `base` is this installation's address.

    Called outside a transaction: the pages are rendered and stored first. The content of a frozen report never changes, so the
    document is signed unchanged or not at all.
    """
    policy.VIEW.require(actor, report)
    if report.frozen_at is None:
        message = _("Freeze the report first; only figures that stay can be signed.")
        raise Refused(Problem("report_open", message))
    existing = document_made_of(REPORT, report.pk)
    if existing is not None:
        return existing
    # Each loads a library of its own, which a page that renders nothing should not have to import.
    from doanso.reports.renderers.pdf import render_document
    from doanso.reports.renderers.wording import symbol_of

    content = assemble(report)
    with transaction.atomic():
        code = public.reserve_code(actor=actor, unit=report.unit)
    rendered = render_document(
        content, base=base, verify_code=format_code(code.code), verify_url=address_of(code.code, base=base)
    )
    blob = files.store(source=rendered.pdf, name=f"bao-cao-{report.pk}.pdf", limit=LIMIT, kind=Kind.PDF)
    draft = Draft(
        profile=report.form,
        kind=KIND,
        summary=content.head.summary,
        addressees=content.head.to,
        recipients=content.head.recipients,
        is_upload=True,
    )
    with transaction.atomic():
        document = start_from_source(
            actor=actor,
            unit=report.unit,
            draft=draft,
            source_kind=REPORT,
            source_id=report.pk,
            blob=blob,
            open_fields=rendered.open_fields,
            symbol=symbol_of(content),
            public_file=code,
        )
        record(actor=actor, action="reports.make_document", obj=report, unit=report.unit_id)
    return document


def print_for_signer(
    *, source_id: UUID, signatory: Signatory, verify_code: str, verify_url: str, base: str, digits: int
) -> RenderedDocument:
    """Return the pages of a report's document with the signer's name; `documents` calls this once the signer is known."""
    from doanso.reports.renderers.pdf import render_document

    content = assemble(Report.objects.get(pk=source_id))
    return render_document(
        content, base=base, verify_code=verify_code, verify_url=verify_url, signatory=signatory, digits=digits
    )
