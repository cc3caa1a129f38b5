"""Pages on which a wrong end, transfer or office is taken back."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.form_pages import posted
from doanso.members import actions, forms, policy, queries, rules
from doanso.members.models import Member
from doanso.members.views.stay_pages import active_stay_page, form_page, row_of_member
from doanso.units import queries as units


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def take_back_ending(request: AuthenticatedRequest, member_id: UUID) -> HttpResponse:
    """Take back the end of a membership."""
    member = get_or_404(request.user, policy.TRANSFER, queries.all_stays(), see=policy.VIEW, pk=member_id)
    if member.state not in rules.ENDINGS:
        messages.error(request, _("This membership was not ended; there is nothing to take back."))
        return redirect("members:member", member.pk)
    values = {
        "branch": units.named_units_by_id([member.branch_id])[member.branch_id].name,
        "since": formats.day(member.since),
    }
    page = {
        "title": _("Take back the end of the membership"),
        "hint": _(
            "Recorded by mistake: the member takes part in %(branch)s as before, since %(since)s. Offices that ended along"
            " with it last as they did, and every figure is as if the membership had not ended."
        )
        % values,
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The membership stands again."),
    }
    return form_page(
        request,
        member,
        forms.ConfirmForm(posted(request)),
        lambda _data: actions.take_back_ending(actor=request.user, member=member),
        page,
    )


@login_required
@active_stay_page(policy.TRANSFER)
def take_back_transfer(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Take back the transfer with which the present stay began."""
    if member.previous is None:
        messages.error(request, _("This stay did not begin with a transfer."))
        return redirect("members:member", member.pk)
    policy.TRANSFER.require(request.user, member.previous)
    names = units.named_units_by_id([member.branch_id, member.previous.branch_id])
    values = {
        "old": names[member.previous.branch_id].name,
        "new": names[member.branch_id].name,
        "day": formats.day(member.since),
    }
    page = {
        "title": _("Take back the transfer"),
        "hint": _(
            "Recorded by mistake: the member takes part in %(old)s as before %(day)s, offices that ended there last as they"
            " did, and the stay in %(new)s never was. What was attested since stays."
        )
        % values,
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The transfer was taken back."),
    }
    return form_page(
        request,
        member,
        forms.ConfirmForm(posted(request)),
        lambda _data: actions.take_back_transfer(actor=request.user, member=member),
        page,
    )


@login_required
@active_stay_page(policy.TRANSFER)
def take_back_post(request: AuthenticatedRequest, member: Member, post_id: UUID) -> HttpResponse:
    """Take back an office that was given by mistake."""
    held = row_of_member(queries.posts_of(member), post_id)
    policy.TRANSFER.require_at(request.user, held.unit)

    def act(_data: dict[str, Any]) -> Member:
        actions.take_back_post(actor=request.user, member=member, post=held)
        return member

    page = {
        "title": _("Take back the office"),
        "hint": _(
            "Recorded by mistake: the member never was %(office)s in %(unit)s. A term that is over is ended with its day."
        )
        % {"office": held.get_kind_display(), "unit": units.named_units_by_id([held.unit_id])[held.unit_id].name},
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The office was taken back."),
    }
    return form_page(request, member, forms.ConfirmForm(posted(request)), act, page)


@login_required
@active_stay_page(policy.TRANSFER)
def take_back_post_end(request: AuthenticatedRequest, member: Member, post_id: UUID) -> HttpResponse:
    """Take back the end of an office."""
    held = row_of_member(queries.posts_of(member), post_id)
    policy.TRANSFER.require_at(request.user, held.unit)

    def act(_data: dict[str, Any]) -> Member:
        actions.take_back_post_end(actor=request.user, member=member, post=held)
        return member

    page = {
        "title": _("Take back the end of the office"),
        "hint": _("Recorded by mistake: the member is still %(office)s in %(unit)s, as before the end was recorded.")
        % {"office": held.get_kind_display(), "unit": units.named_units_by_id([held.unit_id])[held.unit_id].name},
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The office lasts as before."),
    }
    return form_page(request, member, forms.ConfirmForm(posted(request)), act, page)
