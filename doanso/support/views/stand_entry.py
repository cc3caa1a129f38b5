"""The resident's own pages at a stand: no account, no script, no cookie, large type; for holders of the stand's link."""

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.lib import clock
from doanso.lib.access_codes import is_link
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.support import actions
from doanso.support.forms.stands import SelfEntryForm
from doanso.support.models import Stand, StandTurnState
from doanso.support.queries import stands as queries
from doanso.units import queries as units


def _stand(link: str) -> Stand | None:
    return queries.stand_by_link(link) if is_link(link) else None


def _over(request: HttpRequest) -> HttpResponse:
    """Show the same page for every link that opens nothing, known or not."""
    return render(request, "support/stand_over.html", status=404)


@secret_page
@sensitive_post_parameters("name", "birth_year", "phone")
@require_http_methods(["GET", "HEAD", "POST"])
def stand_entry(request: HttpRequest, link: str) -> HttpResponse:
    """Ask the resident for a name and for consent, and put them in the stand's list."""
    stand = _stand(link)
    if stand is None:
        return _over(request)
    text = people.consent_text(clock.today())
    form = SelfEntryForm(request.POST if request.method == "POST" else None, initial={"key": uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            if not form.wants_no_name:
                require_read(request.POST.get("text_version"), text.version)
            turn = actions.add_self_entry(
                link=link,
                key=form.cleaned_data["key"],
                entry=None if form.wants_no_name else form.entry,
                text_version=text.version,
                network=network_of_request(request),
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return redirect("support:stand-number", link, turn.pk)
    return render(
        request,
        "support/stand_entry.html",
        {
            "stand": stand,
            "unit": units.named_unit(stand.unit),
            "services": list(stand.services.order_by("position").values_list("short_name", flat=True)),
            "form": form,
            "consent_body": text.body,
            "text_version": text.version,
        },
        status=422 if form.is_bound else 200,
    )


@secret_page
@require_safe
def stand_number(request: HttpRequest, link: str, key: UUID) -> HttpResponse:
    """Show the resident's number, and once they were helped their receipt, until a day after they entered themselves."""
    turn = queries.recent_self_entry_by_key(key) if is_link(link) else None
    if turn is None:
        return _over(request)
    return render(
        request,
        "support/stand_number.html",
        {
            "stand": turn.stand,
            "unit": units.named_unit(turn.stand.unit),
            "turn": turn,
            "is_waiting": turn.state == StandTurnState.WAITING,
            "is_helped": turn.state in {StandTurnState.RECORDED, StandTurnState.KNOWN},
            "receipt_link": queries.receipt_link_of(turn) if turn.state == StandTurnState.RECORDED else "",
        },
    )
