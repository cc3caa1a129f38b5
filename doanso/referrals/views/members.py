"""The member's start page with 1+2, and the pages of officers who help the members of a unit with it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.accounts.requests import AuthenticatedRequest
from doanso.adoption.queries import self_report as own
from doanso.lib import clock, formats, qr
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.members import queries as members
from doanso.members.models import Member
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.referrals import actions, policy, queries
from doanso.referrals.forms import PROGRESS_LABELS, GuidedPersonForm, ReferralFilterForm
from doanso.referrals.models import SlotKind
from doanso.referrals.queries import SlotSummary
from doanso.referrals.rules import ReferralProgress
from doanso.support import queries as support
from doanso.units import queries as units


def _membership(request: AuthenticatedRequest, member_id: UUID) -> Member:
    """Return an active membership whose 1+2 the reader may work on; 403 for a reader who may only see the member, else 404."""
    active = queries.active_members()
    stay = policy.REFER_MEMBERS.filter(request.user, active).filter(pk=member_id).first()
    if stay is None and members.visible_members(request.user).filter(pk=member_id, pk__in=active.values("pk")).exists():
        policy.REFER_MEMBERS.require(request.user, active.get(pk=member_id))
    if stay is None:
        raise Http404
    return stay


def _hand_over(request: AuthenticatedRequest, summary: SlotSummary) -> dict[str, Any] | None:
    """Return picture, address and message to hand over for a slot: its invitation, or once it is filled its receipt."""
    keys = summary.keys
    if keys is not None:
        address = request.build_absolute_uri(reverse("referrals:invitation", args=[keys.link]))
        message = _("I am to guide you to a digital service as part of 1+2. Open this on your own phone: %(address)s")
        return {
            "address": address,
            "code": keys.code,
            "typed": f"{request.get_host()}{reverse('referrals:invitation-code')}",
            "picture": qr.svg(address, _("The invitation as a code to scan")),
            "message": message % {"address": address},
        }
    if receipt_link := summary.receipt_link:
        address = request.build_absolute_uri(reverse("support:receipt", args=[receipt_link]))
        message = _("Please look whether this is how I helped you, and confirm it: %(address)s")
        return {
            "address": address,
            "code": "",
            "picture": qr.svg(address, _("The receipt as a code to scan")),
            "message": message % {"address": address},
        }
    return None


def _slots_context(request: AuthenticatedRequest, stay: Member, summaries: list[SlotSummary]) -> dict[str, Any]:
    """Return what `referrals/slots.html` shows of one member."""
    return {
        "stay": stay,
        "slots": [(summary, _hand_over(request, summary)) for summary in summaries],
        "done": sum(summary.is_done for summary in summaries),
    }


@login_required
@never_cache
@require_safe
def me(request: AuthenticatedRequest) -> HttpResponse:
    """Show the member's own record on their phone: services, and 1+2 with the links to hand over."""
    stay = queries.own_membership(request.user)
    if stay is None:
        raise Http404
    services = own.own_services(stay)
    context = {
        "called": " ".join(stay.contact.name.split()[-2:]),
        "branch": units.named_unit(stay.branch),
        "rows": [(service, reverse("adoption:own-service", args=[service.service.pk])) for service in services],
        "reached": sum(service.level > 0 for service in services),
        "own": True,
    }
    slots = _slots_context(request, stay, queries.slot_summaries(stay.person_id))
    return render(request, "referrals/me.html", context | slots)


@login_required
@require_safe
def referral_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the members of the reader's units with their progress; the filters are in the address."""
    access.anywhere_or_404(request.user, policy.REFER)
    if not policy.REFER.roots(request.user):
        return redirect("referrals:me")
    scope = access_queries.units_to_see(request.user)
    form = ReferralFilterForm(request.GET, units=scope)
    form.is_valid()
    cleaned = form.cleaned_data
    stays = queries.members_to_assist(request.user)
    unit = next((entry.unit for entry in scope if entry.code == cleaned.get("unit")), None)
    if unit is not None:
        stays = members.stays_below(stays, unit)
    if cleaned.get("q"):
        stays = members.searchable_stays(request.user, stays)
    stays = queries.with_progress(members.filtered_rows(stays, text=cleaned.get("q", "")))
    counts = queries.count_by_progress(stays)
    progress = cleaned.get("need", "")
    if progress:
        stays = queries.filter_by_progress(stays, progress)
    page = queries.referral_page(request.user, stays, page_number(request))
    return render(
        request,
        "referrals/member_list.html",
        {
            "form": form,
            "narrowed": bool(cleaned.get("q") or unit or progress),
            "page": page,
            "pages": _pages(request, page.members),
            "steps": [
                (step, label, counts.get(step, 0), _progress_url(request, step))
                for step, label in PROGRESS_LABELS.items()
            ],
            "progress": progress,
            "reminder": _group_reminder(request),
        },
    )


def _progress_url(request: AuthenticatedRequest, progress: ReferralProgress) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    query["need"] = progress.value
    return f"?{query.urlencode()}"


def _pages(request: AuthenticatedRequest, page: members.MemberPage) -> dict[str, str]:
    summary = ngettext("%(count)s member", "%(count)s members", page.count) % {"count": formats.number(page.count)}
    return pages(request, page.number, more=page.number < page.last, summary=summary)


def _group_reminder(request: AuthenticatedRequest) -> str:
    """Return a message to copy into the chat of a whole group."""
    text = _(
        "Dear members, each of us guides one friend and one relative (1+2). Open %(address)s, hand the code to them, "
        "and let them confirm it on their own phone."
    )
    return text % {"address": request.build_absolute_uri(reverse("referrals:me"))}


def _member_reminder(request: AuthenticatedRequest, given_name: str, missing: str) -> str:
    """Return a message to copy to one member; `missing` names the slots that are not done."""
    text = _(
        "Hello %(called)s, for 1+2 you still need: %(missing)s. Open %(address)s, hand the code to them, and let "
        "them confirm it on their own phone."
    )
    address = request.build_absolute_uri(reverse("referrals:me"))
    return text % {"called": given_name, "missing": missing, "address": address}


@login_required
@never_cache
@require_safe
def member(request: AuthenticatedRequest, member_id: UUID) -> HttpResponse:
    """Show one member's 1+2: the links to hand over, and a message to remind them."""
    stay = _membership(request, member_id)
    summaries = queries.slot_summaries(stay.person_id)
    is_own = stay.person.user_id == request.user.pk
    missing = ", ".join(str(summary.kind.label).lower() for summary in summaries if not summary.is_done)
    name = members.names_for(request.user, [stay])[stay.pk]
    context = {
        "name": name,
        "branch": units.named_unit(stay.branch),
        "own": is_own,
        "reminder": _member_reminder(request, name.split()[-1], missing) if missing and not is_own else "",
    }
    return render(request, "referrals/member.html", context | _slots_context(request, stay, summaries))


def _kind_or_404(kind: str) -> SlotKind:
    if kind not in SlotKind.values:
        raise Http404
    return SlotKind(kind)


def _redirect_to_slots(request: AuthenticatedRequest, stay: Member) -> HttpResponse:
    if stay.person.user_id == request.user.pk:
        return redirect("referrals:me")
    return redirect("referrals:member", stay.pk)


@login_required
@require_POST
def open_slot(request: AuthenticatedRequest, member_id: UUID, slot: str) -> HttpResponse:
    """Hand over one of the two slots with a new link and code; `slot` is its kind."""
    kind = _kind_or_404(slot)
    stay = _membership(request, member_id)
    try:
        actions.open_slot(actor=request.user, member_id=stay.pk, kind=kind)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _("The invitation is ready: let them scan the code, or send the link."))
    return _redirect_to_slots(request, stay)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record_guided_person(request: AuthenticatedRequest, member_id: UUID, slot: str) -> HttpResponse:
    """Show and accept the form for a guided person who is present; their receipt then confirms it. `slot` is the slot's kind."""
    kind = _kind_or_404(slot)
    stay = _membership(request, member_id)
    chosen_slot = queries.current_slots().filter(person_id=stay.person_id, kind=kind).first()
    if chosen_slot is None:
        raise Http404
    text = people.consent_text(clock.today())
    form = GuidedPersonForm(
        request.POST if request.method == "POST" else None,
        services=support.recordable_services(),
        purposes=text.purposes,
    )
    if request.method == "POST" and form.is_valid():
        try:
            require_read(request.POST.get("text_version"), text.version)
            actions.record_guided_person(actor=request.user, slot_id=chosen_slot.pk, guided=form.guided)
        except Refused as refused:
            form.refuse(refused)
        else:
            messages.success(request, _("Written down. It counts once the person has confirmed the receipt."))
            return _redirect_to_slots(request, stay)
    return render(
        request,
        "referrals/record.html",
        {"form": form, "stay": stay, "kind": kind, "text": text, "own": stay.person.user_id == request.user.pk},
        status=422 if form.is_bound else 200,
    )
