"""Pages on which a member is recorded as away or exempt."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.utils.translation import gettext as _

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock
from doanso.lib.form_pages import posted
from doanso.members import actions, forms, policy, queries
from doanso.members.models import Member
from doanso.members.views.stay_pages import active_stay_page, form_page, row_of_member


@login_required
@active_stay_page(policy.CHANGE)
def absence(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Record a member as away."""
    form = forms.AbsenceForm(posted(request), initial={"since": clock.today()})

    def act(data: dict[str, Any]) -> Member:
        actions.set_absence(actor=request.user, member=member, **data)
        return member

    page = {
        "title": _("Record as away"),
        "hint": _("While away, the member counts neither above nor below the line of any share."),
        "submit": _("Record as away"),
        "icon": "walk",
        "done": _("The member is recorded as away."),
    }
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.CHANGE)
def end_absence(request: AuthenticatedRequest, member: Member, absence_id: UUID) -> HttpResponse:
    """Record the day of return."""
    away = row_of_member(queries.absences_of(member), absence_id)
    form = forms.UntilForm(posted(request), initial={"until": clock.today()})

    def act(data: dict[str, Any]) -> Member:
        actions.end_absence(actor=request.user, member=member, absence=away, until=data["until"])
        return member

    page = {"title": _("Record the return"), "submit": _("Is back"), "icon": "check", "done": _("The member is back.")}
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.CHANGE)
def take_back_absence(request: AuthenticatedRequest, member: Member, absence_id: UUID) -> HttpResponse:
    """Take back an absence that was recorded by mistake."""
    away = row_of_member(queries.absences_of(member), absence_id)
    form = forms.ConfirmForm(posted(request))

    def act(_data: dict[str, Any]) -> Member:
        actions.take_back_absence(actor=request.user, member=member, absence=away)
        return member

    page = {
        "title": _("Take back the absence"),
        "hint": _("Recorded by mistake: every figure is as if it had never been. A return is recorded with its day."),
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The absence was taken back."),
    }
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.EXEMPT)
def exempt(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Exempt a member from one indicator."""
    form = forms.ExemptForm(posted(request), initial={"since": clock.today()})
    form.offer(queries.exemptable_measures(member.branch_id))

    def act(data: dict[str, Any]) -> Member:
        actions.exempt(actor=request.user, member=member, **data)
        return member

    page = {
        "title": _("Exempt from an indicator"),
        "submit": _("Exempt"),
        "icon": "user-check",
        "done": _("The member is exempt."),
    }
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.EXEMPT)
def end_exemption(request: AuthenticatedRequest, member: Member, exemption_id: UUID) -> HttpResponse:
    """End an exemption."""
    exemption = row_of_member(queries.exemptions_of(member), exemption_id)
    form = forms.UntilForm(posted(request), initial={"until": clock.today()})

    def act(data: dict[str, Any]) -> Member:
        actions.end_exemption(actor=request.user, member=member, exemption=exemption, until=data["until"])
        return member

    page = {
        "title": _("End the exemption"),
        "submit": _("End the exemption"),
        "icon": "check",
        "done": _("The exemption was ended."),
    }
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.EXEMPT)
def take_back_exemption(request: AuthenticatedRequest, member: Member, exemption_id: UUID) -> HttpResponse:
    """Take back an exemption that was recorded by mistake."""
    exemption = row_of_member(queries.exemptions_of(member), exemption_id)
    form = forms.ConfirmForm(posted(request))

    def act(_data: dict[str, Any]) -> Member:
        actions.take_back_exemption(actor=request.user, member=member, exemption=exemption)
        return member

    page = {
        "title": _("Take back the exemption"),
        "hint": _("Recorded by mistake: every figure is as if it had never been."),
        "submit": _("Take back"),
        "icon": "arrow-back-up",
        "done": _("The exemption was taken back."),
    }
    return form_page(request, member, form, act, page)
