"""Photos of an event: the tab of its unit, and the pictures that everybody may see."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import actions, policy
from doanso.events.forms.photos import EventPhotoForm, KeepPhotoForm, TakeDownForm, UploadPhotosForm
from doanso.events.models import EventPhoto
from doanso.events.queries import photos as queries
from doanso.events.queries.public import public_event
from doanso.events.rules.photos import photo_day_problem
from doanso.events.views.lookups import event_or_404, form_page, head_of
from doanso.files.form_refusals import FormRefusals
from doanso.files.models import Blob
from doanso.files.responses import hand_out
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted, posted_files, submit
from doanso.lib.paging import page_number, pages


@login_required
@require_safe
def photo_list(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the photos of an event, and which of them were taken down and why."""
    event = event_or_404(request, event_id)
    number = page_number(request)
    rows, more = queries.photo_page(request.user, event, number)
    counts = queries.photo_counts(event)
    problem = photo_day_problem(event.state, event.day, clock.today())
    head = head_of(request, event, "photos")
    summary = ngettext("%(count)s photo on this page", "%(count)s photos on this page", len(rows))
    context = {
        **head,
        "rows": rows,
        "counts": counts,
        # Their words are read by those who answer.
        "requests": queries.waiting_by_photo(event) if head["may_manage"] else (),
        "taken_down": queries.taken_down_photos(event) if counts.taken_down else (),
        "may_add": head["may_manage"] and problem is None,
        "too_early": problem.message if problem is not None else "",
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "events/photos.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Add photos of which the same is stated."""
    event = event_or_404(request, event_id, policy.MANAGE)
    form = UploadPhotosForm(posted(request), posted_files(request))
    if form.is_bound and form.is_valid():
        with FormRefusals(form, file_field="photos"):
            added = actions.add_photos(
                actor=request.user,
                event=event,
                key=form.cleaned_data["key"],
                uploads=form.uploads(),
                inputs=form.inputs(),
            )
            message = ngettext("%(count)s photo is added.", "%(count)s photos are added.", len(added))
            messages.success(request, message % {"count": formats.number(len(added))})
            return redirect("events:photos", event.pk)
    problem = photo_day_problem(event.state, event.day, clock.today())
    context = {
        "title": _("Add photos"),
        "hint": problem.message if problem is not None else "",
        "event": event,
        "submit": _("Add the photos"),
        "icon": "photo",
        "back": reverse("events:photos", args=[event.pk]),
        "new": True,
    }
    return form_page(request, form, context)


def _photo_or_404(
    request: AuthenticatedRequest, event_id: UUID, photo_id: UUID, *, manages: bool = False
) -> EventPhoto:
    """Return the photo, if the reader may see its picture; 404 for any other, and for one that was taken down."""
    event = event_or_404(request, event_id, policy.MANAGE if manages else policy.VIEW)
    photo = get_object_or_404(queries.photos_to_hand_out(event), pk=photo_id)
    if not queries.may_see(request.user, photo):
        raise Http404
    return photo


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def photo(request: AuthenticatedRequest, event_id: UUID, photo_id: UUID) -> HttpResponse:
    """Show a photo, and change what is stated of it."""
    photo = _photo_or_404(request, event_id, photo_id, manages=request.method == "POST")
    form = EventPhotoForm(posted(request), photo=photo)
    if submit(
        form,
        lambda: actions.change_photo(
            actor=request.user, photo=photo, read=form.cleaned_data["read"] or 0, inputs=form.inputs()
        ),
    ):
        messages.success(request, _("The changes are kept."))
        return redirect("events:photos", event_id)
    return _photo_page(request, photo, form=form)


def _photo_page(
    request: AuthenticatedRequest,
    photo: EventPhoto,
    *,
    form: EventPhotoForm | None = None,
    take_down: TakeDownForm | None = None,
    keep_form: KeepPhotoForm | None = None,
) -> HttpResponse:
    asked = queries.waiting_requests(photo)
    because = {"reason": _("Somebody in the photo asked for it.")} if asked else {}
    forms: dict[str, Any] = {
        "form": form or EventPhotoForm(photo=photo),
        "take_down_form": take_down or TakeDownForm(initial=because),
        "keep_form": keep_form
        or KeepPhotoForm(initial={"request_ids": ",".join(str(request.pk) for request in asked)}),
    }
    context = {
        **head_of(request, photo.event, "photos"),
        **forms,
        "photo": photo,
        "asked": asked,
        "events": access_queries.history(request.user, photo),
    }
    status = 422 if any(shown.errors for shown in forms.values()) else 200
    return render(request, "events/photo.html", context, status=status)


@login_required
@require_POST
def take_down(request: AuthenticatedRequest, event_id: UUID, photo_id: UUID) -> HttpResponse:
    """Take a photo down for good."""
    photo = _photo_or_404(request, event_id, photo_id, manages=True)
    form = TakeDownForm(request.POST)
    if submit(
        form,
        lambda: actions.take_down_photo(actor=request.user, photo=photo, reason=form.cleaned_data["reason"]),
    ):
        messages.success(request, _("The photo is taken down, its pictures are destroyed."))
        return redirect("events:photos", event_id)
    return _photo_page(request, photo, take_down=form)


@login_required
@require_POST
def keep(request: AuthenticatedRequest, event_id: UUID, photo_id: UUID) -> HttpResponse:
    """Keep a photo that somebody asked to be taken down."""
    photo = _photo_or_404(request, event_id, photo_id, manages=True)
    form = KeepPhotoForm(request.POST)
    if submit(
        form,
        lambda: actions.keep_photo(
            actor=request.user,
            photo=photo,
            request_ids=form.cleaned_data["request_ids"],
            answer=form.cleaned_data["answer"],
        ),
    ):
        messages.success(request, _("The photo stays. Whoever asked reads your answer."))
        return redirect("events:photos", event_id)
    return _photo_page(request, photo, keep_form=form)


@login_required
@require_safe
def large(request: AuthenticatedRequest, event_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """Hand out a photo to who may see it."""
    return _picture(request, _photo_or_404(request, event_id, photo_id).photo)


@login_required
@require_safe
def small(request: AuthenticatedRequest, event_id: UUID, photo_id: UUID) -> HttpResponseBase:
    """Hand out a photo as it stands inside the page."""
    return _picture(request, _photo_or_404(request, event_id, photo_id).photo_small)


def _public_photo_or_404(slug: str, photo_id: UUID) -> EventPhoto:
    event = public_event(slug)
    if event is None or not queries.has_public_photos(event):
        raise Http404
    return get_object_or_404(queries.filter_public_photos(queries.photos_to_hand_out(event)), pk=photo_id)


@require_safe
def public_photo(request: HttpRequest, slug: str, photo_id: UUID) -> HttpResponseBase:
    """Hand out a public photo to everybody."""
    return _picture(request, _public_photo_or_404(slug, photo_id).photo)


@require_safe
def small_public_photo(request: HttpRequest, slug: str, photo_id: UUID) -> HttpResponseBase:
    """Hand out a public photo as it stands inside the page."""
    return _picture(request, _public_photo_or_404(slug, photo_id).photo_small)


def _picture(request: HttpRequest, blob: Blob) -> HttpResponseBase:
    """Return a picture that a browser keeps but asks for anew each time, so that one taken down is gone at once."""
    etag = f'"{blob.pk.hex}"'
    answer: HttpResponseBase | None = get_conditional_response(request, etag=etag)
    if answer is None:
        answer = hand_out(request, blob, inline=True)
        if answer.status_code != 200:
            return answer
        answer["ETag"] = etag
    answer["Cache-Control"] = "private, no-cache"
    return answer
