"""The public page on which somebody asks that a photo be taken down, and reads what came of it: no account, nothing of people."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.events import actions
from doanso.events.forms.photos import PhotoRequestForm
from doanso.events.queries import photos as queries
from doanso.events.queries.public import public_event
from doanso.lib.form_pages import posted, submit
from doanso.units import queries as units


@secret_page
@sensitive_post_parameters("words")
@require_http_methods(["GET", "HEAD", "POST"])
def request_removal(request: HttpRequest, slug: str, photo_id: UUID) -> HttpResponse:
    """Show a photo with the form, or what became of the last request."""
    event = public_event(slug)
    found = queries.requested_photo(event, photo_id) if event is not None else None
    if event is None or found is None:
        raise Http404
    form = PhotoRequestForm(posted(request))
    if submit(
        form,
        lambda: actions.request_photo_removal(
            photo_id=photo_id,
            reason=form.cleaned_data["reason"],
            words=form.cleaned_data["words"],
            network=network_of_request(request),
        ),
    ):
        return redirect("events:request-photo-removal", slug, photo_id)
    context = {"event": event, "unit": units.named_unit(event.unit), "found": found, "photo": found.photo, "form": form}
    return render(request, "events/photo_request.html", context, status=422 if form.errors else 200)
