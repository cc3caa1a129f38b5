"""Pages for writing: a new document, the editor, uploads, attachments and files."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import drafts as draft_actions
from doanso.documents.actions.working_copies import bring_word_file, drop_working_copy, keep_working_copy
from doanso.documents.body.editing import BLANK, outline_value, outlines_json, shown_appendices, shown_value
from doanso.documents.body.nodes import DocumentBody
from doanso.documents.body.outlines import read_outline
from doanso.documents.body.schema import EMPTY
from doanso.documents.body.text import is_empty
from doanso.documents.body.word_files import lost_parts
from doanso.documents.drafts import Draft
from doanso.documents.forms.drafts import DraftForm, ReasonForm, UploadForm, WordFileForm, draft_initial
from doanso.documents.kinds import kinds
from doanso.documents.models import Document, DocumentState, WorkingCopy
from doanso.documents.queries import documents as queries
from doanso.documents.queries.letterheads import all_units, letterhead_values
from doanso.documents.reason_pages import REASON_PAGES
from doanso.documents.rules.routing import discard_problem, source_problem, write_problem
from doanso.documents.secrecy import WARNING
from doanso.files.form_refusals import FormRefusals
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted, posted_files
from doanso.lib.problems import Problem, Refused
from doanso.lib.refusals import add_refusal
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


def _unit_to_draft_in(request: AuthenticatedRequest) -> tuple[NamedUnit, list[NamedUnit]]:
    """Return the requested unit, by default the first, and all units in which the reader drafts."""
    places = units.named_units(policy.DRAFT_AT.filter(request.user, all_units()))
    place = next(
        (candidate for candidate in places if candidate.code == request.GET.get("unit")), places[0] if places else None
    )
    if place is None:
        raise Http404
    return place, places


def readable_or_404(request: AuthenticatedRequest, document_id: UUID) -> Document:
    """Return the document for a reader who may read it; raise 404 for everybody else."""
    document = queries.find_readable(request.user, document_id)
    if document is None:
        raise Http404
    return document


def worked_on_or_404(request: AuthenticatedRequest, document_id: UUID) -> Document:
    """Return the document for a user who works on it; raise 404 for everybody else, also for readers, whatever was sent."""
    document = queries.find_worked_on(request.user, document_id)
    if document is None:
        raise Http404
    return document


def redirect_from_form(
    request: AuthenticatedRequest, document: Document, problem: Problem | None
) -> HttpResponse | None:
    """Return the way back to a document in whose state a form would only be refused; None where the form is answered.

    A form that is sent is answered in any state, so that nothing typed is lost.
    """
    if problem is None or request.method == "POST":
        return None
    messages.error(request, problem.message)
    return redirect("documents:document", document.pk)


def posted_version(request: AuthenticatedRequest) -> int:
    """Return the version that the reader had seen when posting; 0, which is never the newest, where none is posted."""
    sent = request.POST.get("expected_version", "")
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) < 9 else 0


def _writable(request: AuthenticatedRequest, document_id: UUID) -> Document:
    """Return the document for a user who drafts in its unit; a reviewer or a signer from elsewhere gets 403."""
    document = worked_on_or_404(request, document_id)
    if not policy.DRAFT.allows(request.user, document):
        raise PermissionDenied(policy.DRAFT.name)
    return document


def secret_book(request: AuthenticatedRequest, unit: Unit) -> str:
    """Return the address where the clerk notes a secret document's number and day; "" for everybody else."""
    return reverse("documents:secret", args=[unit.code]) if policy.ISSUE.allows_at(request.user, unit) else ""


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Write a new document, or upload a PDF."""
    access.over_others_or_404(request.user, policy.DRAFT, see=policy.VIEW)
    place, places = _unit_to_draft_in(request)
    letterhead = letterhead_values(place.unit, clock.today())
    kind_code = request.GET.get("kind", "plan")
    kind = next((candidate for candidate in kinds() if candidate.code == kind_code), kinds()[0])
    copy = queries.working_copy(request.user, place.unit.pk)
    initial = {"profile": "doan", "kind": kind.code, "recipients": "\n".join(letterhead.recipients)}
    initial |= copy.content if copy is not None else {}
    form = DraftForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            draft = form.draft(request.POST.get("body", ""), request.POST.get("appendices", ""))
            document = draft_actions.start_document(actor=request.user, unit=place.unit, draft=draft)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _redirect_after_keeping(request, document)
    return _editor(request, form, place=place, places=places, outline=read_outline(kind.outline), copy=copy)


def _redirect_after_keeping(request: AuthenticatedRequest, document: Document) -> HttpResponse:
    """Lead on to who gets the draft where its author asked for that, else to its page."""
    messages.success(request, _("The draft is kept."))
    return redirect("documents:send-on" if "send-on" in request.POST else "documents:document", document.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: AuthenticatedRequest) -> HttpResponse:
    """Upload a PDF that was made elsewhere, to be passed, signed and issued."""
    access.over_others_or_404(request.user, policy.DRAFT, see=policy.VIEW)
    place, _places = _unit_to_draft_in(request)
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"profile": "doan", "kind": "plan"},
    )
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        with FormRefusals(form, file_field="file"):
            document = draft_actions.start_upload(
                actor=request.user, unit=place.unit, draft=form.draft(), source=file, name=file.name
            )
            messages.success(request, _("The file is kept."))
            return redirect("documents:document", document.pk)
    context = {"form": form, "place": place, "warning": WARNING, "secret_book": secret_book(request, place.unit)}
    return render(request, "documents/upload.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Write on a draft; each save adds a version and never overwrites an unread one."""
    document = _writable(request, document_id)
    if document.state != DocumentState.DRAFT:
        messages.info(request, _("The document is on its way; call it back to write on it."))
        return redirect("documents:document", document.pk)
    before = queries.draft_of(document)
    if before.is_upload:
        return _edit_upload(request, document, before)
    copy = queries.working_copy(request.user, document.pk)
    initial = draft_initial(before) | (copy.content if copy is not None else {})
    form = DraftForm(request.POST if request.method == "POST" else None, before=before.body, initial=initial)
    expected_version = posted_version(request) if form.is_bound else document.version
    if form.is_bound and form.is_valid():
        try:
            draft = form.draft(request.POST.get("body", ""), request.POST.get("appendices", ""))
            draft_actions.save_version(
                actor=request.user,
                document=document,
                expected_version=expected_version,
                draft=draft,
                note=form.cleaned_data["note"],
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _redirect_after_keeping(request, document)
    place = units.named_unit(document.unit)
    return _editor(
        request, form, place=place, document=document, before=before, expected_version=expected_version, copy=copy
    )


_TYPED = tuple(name for name in DraftForm.base_fields if name != "note")


@login_required
@require_POST
def keep_new(request: AuthenticatedRequest) -> HttpResponse:
    """Keep what is typed of a new document, or drop it; see `_keep`."""
    access.over_others_or_404(request.user, policy.DRAFT, see=policy.VIEW)
    place, _places = _unit_to_draft_in(request)
    return _keep(request, place.unit, None)


@login_required
@require_POST
def keep(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Keep what is typed of a document, or drop it; see `_keep`."""
    document = _writable(request, document_id)
    return _keep(request, document.unit, document)


def _keep(request: AuthenticatedRequest, unit: Unit, document: Document | None) -> HttpResponse:
    """Keep the typed fields for their author and answer the editor's script in JSON; with `drop` delete them and go back to the
    editor."""
    if "drop" in request.POST:
        drop_working_copy(actor=request.user, subject_id=document.pk if document is not None else unit.pk)
        messages.success(request, _("What was typed and not kept is thrown away."))
        return redirect(_editor_url(document, unit.code, name="edit", name_of_new="new"))
    typed = {name: request.POST[name] for name in (*_TYPED, "body", "appendices") if name in request.POST}
    try:
        copy = keep_working_copy(
            actor=request.user, unit=unit, document=document, expected_version=posted_version(request), typed=typed
        )
    except Refused as refused:
        return JsonResponse({"problem": refused.problem.message}, status=422)
    return JsonResponse({"saved_at": formats.time_of_day(copy.saved_at)})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_word_new(request: AuthenticatedRequest) -> HttpResponse:
    """Put the text of a Word file into the editor of a new document."""
    access.over_others_or_404(request.user, policy.DRAFT, see=policy.VIEW)
    place, _places = _unit_to_draft_in(request)
    return _bring_word(request, place, None)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def bring_word(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Put the text of a Word file into the editor of a draft."""
    document = _writable(request, document_id)
    problem = write_problem(document.state) or source_problem(document.source_kind)
    if (back := redirect_from_form(request, document, problem)) is not None:
        return back
    if queries.draft_of(document).is_upload:
        return redirect("documents:edit", document.pk)
    return _bring_word(request, units.named_unit(document.unit), document)


def _bring_word(request: AuthenticatedRequest, place: NamedUnit, document: Document | None) -> HttpResponse:
    """Show the form, or put the text into the reader's working copy and name what of the file could not be kept."""
    copy = queries.working_copy(request.user, document.pk if document is not None else place.unit.pk)
    form = WordFileForm(
        posted(request), posted_files(request), has_text=not is_empty(queries.typed_body(copy, document))
    )
    editor_url = _editor_url(document, place.code, name="edit", name_of_new="new")
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        with FormRefusals(form):
            text = bring_word_file(
                actor=request.user,
                unit=place.unit,
                document=document,
                source=file,
                name=file.name,
                appends=form.appends,
            )
            messages.success(
                request, _("The text of the Word file is in the editor. Read it through, then keep the draft.")
            )
            if parts := lost_parts(text.lost):
                message = _("Left out, because the editor cannot keep it: %(parts)s.") % {"parts": "; ".join(parts)}
                messages.warning(request, message)
            return redirect(editor_url)
    context = {
        "form": form,
        "place": place,
        "editor_url": editor_url,
        "warning": WARNING,
        "secret_book": secret_book(request, place.unit),
    }
    return render(request, "documents/word.html", context, status=422 if form.is_bound else 200)


def _editor_url(document: Document | None, unit_code: str, *, name: str, name_of_new: str) -> str:
    """Return the URL `name` of a document, or `name_of_new` of a new document of the unit."""
    if document is not None:
        return reverse(f"documents:{name}", args=[document.pk])
    return f"{reverse(f'documents:{name_of_new}')}?{urlencode({'unit': unit_code})}"


def _edit_upload(request: AuthenticatedRequest, document: Document, before: Draft) -> HttpResponse:
    initial = {"profile": before.profile, "kind": before.kind, "summary": before.summary}
    form = UploadForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial=initial,
    )
    expected_version = posted_version(request) if form.is_bound else document.version
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        with FormRefusals(form, file_field="file"):
            draft_actions.save_upload(
                actor=request.user,
                document=document,
                expected_version=expected_version,
                draft=form.draft(),
                source=file,
                name=file.name,
            )
            messages.success(request, _("The file is kept."))
            return redirect("documents:document", document.pk)
    context = {
        "form": form,
        "document": document,
        "expected_version": expected_version,
        "place": units.named_unit(document.unit),
        "warning": WARNING,
        "secret_book": secret_book(request, document.unit),
    }
    return render(request, "documents/upload.html", context, status=422 if form.is_bound else 200)


def _editor(
    request: AuthenticatedRequest,
    form: DraftForm,
    *,
    place: NamedUnit,
    places: list[NamedUnit] | None = None,
    document: Document | None = None,
    before: Draft | None = None,
    expected_version: int = 0,
    outline: DocumentBody = EMPTY,
    copy: WorkingCopy | None = None,
) -> HttpResponse:
    """Show the editor with what was typed: the form that was sent, else the user's working copy, else the newest version."""
    body, appendices = (before.body, before.appendices) if before is not None else (EMPTY, ())
    typed = request.POST if form.is_bound else copy.content if copy is not None else {}
    context = {
        "form": form,
        "place": place,
        "places": places or [],
        "document": document,
        "expected_version": expected_version,
        # Show the typed values again, refused or not.
        "body": shown_value(typed.get("body"), body) if typed or before is not None else outline_value(outline),
        "outlines": outlines_json({kind.code: kind.outline for kind in kinds()}),
        "appendices": shown_appendices(typed.get("appendices"), appendices),
        "blank": BLANK,
        "copy": copy if not form.is_bound else None,
        "is_behind": copy is not None and document is not None and copy.expected_version != document.version,
        "word_url": _editor_url(document, place.code, name="word", name_of_new="word-new"),
        "keep_url": _editor_url(document, place.code, name="keep", name_of_new="keep-new"),
        "warning": WARNING,
        "secret_book": secret_book(request, place.unit),
    }
    return render(request, "documents/edit.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def discard(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Discard a draft, or a signed document that is not to be issued, with a reason."""
    document = worked_on_or_404(request, document_id)
    if not policy.may_discard(request.user, document):
        raise PermissionDenied(policy.DRAFT.name)
    if (back := redirect_from_form(request, document, discard_problem(document.state))) is not None:
        return back
    is_signed = document.state == DocumentState.SIGNED
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            draft_actions.discard_document(actor=request.user, document=document, reason=form.cleaned_data["reason"])
        except Refused as refused:
            form.add_error("reason", refused.problem.message)
        else:
            signed, draft = (
                _("The document is thrown away; it had no number."),
                _("The draft was thrown away; it had no number."),
            )
            messages.success(request, signed if is_signed else draft)
            return redirect("documents:desk")
    context = {"form": form, "document": document, "page": REASON_PAGES["discard-signed" if is_signed else "discard"]}
    return render(request, "documents/reason.html", context, status=422 if form.is_bound else 200)


# --- Its files --------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def version_file(request: AuthenticatedRequest, document_id: UUID, number: int) -> HttpResponseBase:
    """Download the file that was uploaded as a version."""
    document = readable_or_404(request, document_id)
    version = get_object_or_404(document.versions.select_related("upload__key"), number=number)
    if version.upload is None:
        raise Http404
    return hand_out(request, version.upload)


@login_required
@require_safe
def file(request: AuthenticatedRequest, document_id: UUID) -> HttpResponseBase:
    """Download the document's newest file: sealed, signed, or prepared for signing."""
    document = readable_or_404(request, document_id)
    blob = document.final or document.signed or document.base
    if blob is None:
        raise Http404
    named = document.notation.replace("/", "-") or "van-ban"
    # An incomplete document shows that in every file that is downloaded.
    lacks = "" if document.final is not None else "-chua-dong-dau" if document.signed is not None else "-chua-ky"
    return hand_out(request, blob, name=f"{named}{lacks}.pdf")


# --- Files beside it --------------------------------------------------------------------------------------------------------


@login_required
@require_POST
def attach(request: AuthenticatedRequest, document_id: UUID) -> HttpResponse:
    """Attach a PDF to a draft."""
    document = _writable(request, document_id)
    file = request.FILES.get("file")
    if file is None:
        messages.error(request, _("Choose a PDF file first."))
        return redirect("documents:document", document.pk)
    try:
        draft_actions.attach(actor=request.user, document=document, source=file, name=file.name or "")
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
    else:
        messages.success(request, _("The file goes with the document; the organisation signs it when it is issued."))
    return redirect("documents:document", document.pk)


@login_required
@require_safe
def attachment(request: AuthenticatedRequest, document_id: UUID, attachment_id: UUID) -> HttpResponseBase:
    """Download an attachment."""
    document = readable_or_404(request, document_id)
    attached_file = get_object_or_404(document.attachments.select_related("blob__key", "signed__key"), pk=attachment_id)
    return hand_out(request, attached_file.signed or attached_file.blob, name=attached_file.name)


@login_required
@require_POST
def detach(request: AuthenticatedRequest, document_id: UUID, attachment_id: UUID) -> HttpResponse:
    """Remove an attachment from a draft."""
    document = _writable(request, document_id)
    attached_file = get_or_404(request.user, policy.DRAFT_ATTACHMENT, document.attachments.all(), pk=attachment_id)
    try:
        draft_actions.detach(actor=request.user, attachment=attached_file)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("documents:document", document.pk)
