"""Pages of the members' register."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.actions.exports import record_export
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import citizen_id, clock, formats, phone
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.members import actions, export_list, forms, policy, ports, queries
from doanso.members.models import Member, MemberState, Post
from doanso.members.queries.details import MemberDetails, member_details
from doanso.members.views.stay_pages import active_stay_page, form_page, row_of_member
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.units import queries as units


class _MemberSearch:
    """The filters and page of the list that the address requests."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.units = access_queries.units_to_see(request.user)
        self.form = forms.MemberFilterForm(request.GET, units=self.units)
        self.form.is_valid()
        filters = self.form.cleaned_data
        self.text = filters.get("q", "")
        self.state = filters.get("state") or "active"
        self.unit = next((unit for unit in self.units if unit.code == filters.get("unit")), None)
        members = queries.visible_members(request.user)
        if self.text:
            members = queries.searchable_stays(request.user, members)
        if self.unit is not None:
            members = queries.stays_below(members, self.unit.unit)
        self.members = queries.ordered_stays(
            queries.filtered_stays(members, text=self.text, state=self.state), filters.get("sort") or "name"
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or self.unit or self.state != "active")


def _pages(request: AuthenticatedRequest, page: queries.MemberPage) -> dict[str, Any]:
    """Return the context of `parts/pagination.html`."""
    count = formats.number(page.count)
    summary = ngettext("%(count)s member", "%(count)s members", page.count) % {"count": count}
    if page.more_than_counted:
        summary = _("More than %(count)s members") % {"count": count}
    return pages(request, page.number, more=page.number < page.last, summary=summary, last=page.last)


def _state_words(state: str, *, temporary: bool, away: bool) -> tuple[str, str]:
    """Return mark and label of a stay's state, as `state_pill` takes them."""
    if state != MemberState.ACTIVE:
        return "none", MemberState(state).label
    if away:
        return "none", _("Away")
    return ("none", _("Temporary stay")) if temporary else ("on", _("Active"))


def _table_row(line: queries.ListedMember, reached: int | None, counted: int) -> tuple[str, ...]:
    """Return the cells of one row: address, name, branch, birth, day of joining, services, mark and label of the state.

    `reached` of `counted` services; None for who is not asked for them.
    """
    birth = formats.day(line.birth_date) if line.birth_date else str(line.birth_year or formats.NONE)
    services = f"{reached} / {counted}" if reached is not None else formats.NONE
    state = _state_words(line.state, temporary=line.temporary, away=line.away)
    if reached is not None and counted and not line.away:
        state = _services_words(reached, counted)
    address = reverse("members:member", args=[line.member_id])
    return address, line.name, line.branch, birth, formats.day(line.joined_on), services, *state


def _services_words(reached: int, counted: int) -> tuple[str, str]:
    """Return mark and label of an active member's services: everybody in the list is active, so that says nothing."""
    if reached >= counted:
        return "on", _("All %(count)s services") % {"count": counted}
    if not reached:
        return "none", _("No service yet")
    return "behind", _("%(count)s missing") % {"count": counted - reached}


@login_required
@require_safe
def member_list(request: AuthenticatedRequest) -> HttpResponse:
    """List the members whom the reader may see, with search, filters and order in the address."""
    listing = _MemberSearch(request)
    page = queries.member_page(request.user, listing.members, page_number(request))
    # A unit that a member has left learns nothing more of them.
    present = [line.person_id for line in page.lines if line.state == MemberState.ACTIVE and not line.temporary]
    counted, reached = ports.service_counts(request.user, present)
    return render(
        request,
        "members/list.html",
        {
            "form": listing.form,
            "narrowed": listing.is_narrowed,
            "page": page,
            "rows": [_table_row(line, reached.get(line.person_id), counted) for line in page.lines],
            "counts_services": counted > 0,
            "pages": _pages(request, page),
            "query": request.GET.urlencode(),
            "may_admit": policy.ADMIT.allows_anywhere(request.user),
            "may_export": policy.EXPORT.allows_anywhere(request.user),
            "masked": any(line.masked for line in page.lines),
            "search_limited": bool(listing.text) and not access.personal(request.user).everywhere,
        },
    )


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Export the filtered list in the importer's own columns, as far as the reader may export."""
    access.over_others_or_404(request.user, policy.EXPORT, see=policy.VIEW)
    listing = _MemberSearch(request)
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    name = f"doan-vien-{clock.today().isoformat()}.{kind}"
    members = policy.EXPORT.filter(request.user, listing.members)
    unit = listing.unit.unit if listing.unit else None
    record_export(actor=request.user, action=policy.EXPORT.name, permission=policy.EXPORT, unit=unit)
    if kind == "csv":
        response = StreamingHttpResponse(export_list.csv_text(members), content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(export_list.workbook(members), as_attachment=True, filename=name)


def _facts(member: Member, contact: Contact, shown: bool) -> list[tuple[str, str]]:
    """Return what stands openly on the page, with masked numbers."""
    birth = formats.day(contact.birth_date) if contact.birth_date else str(contact.birth_year or "")
    number, telephone = people.decrypt_field(contact, "citizen_id"), people.decrypt_field(contact, "phone")
    facts = [
        (_("Gender"), contact.get_gender_display()),
        (_("Birth date"), birth if shown else str(contact.birth_year or "")),
        (_("Phone"), phone.mask_phone(telephone)),
        # Whole numbers are never shown: the masked one is enough to compare with a card.
        (_("Personal number"), citizen_id.mask_citizen_id(number)),
    ]
    return [
        *facts,
        (_("Joined the Union"), formats.day(member.joined_on) if member.joined_on else ""),
        (_("Card number"), member.card_number if shown else ""),
    ]


def _private_facts(contact: Contact) -> list[tuple[str, str]]:
    """Return what is shown only when asked for, to readers who may see it."""
    return [
        (_("Phone"), people.decrypt_field(contact, "phone")),
        (_("E-mail"), people.decrypt_field(contact, "email")),
        (_("Address"), contact.address),
    ]


def _offices(details: MemberDetails) -> list[tuple[Post, units.NamedUnit, bool, bool]]:
    """Return offices with their units, whether the reader may change them, and whether an end can be taken back."""
    writable = details.movable_posts if details.is_active and details.may_transfer else set()
    ends = queries.last_ends(details.posts) if writable else {}
    return [(post, details.unit_names[post.unit_id], post.pk in writable, post.pk in ends) for post in details.posts]


@login_required
@require_safe
def member(request: AuthenticatedRequest, member_id: UUID) -> HttpResponse:
    """Show one member: facts, posts, stays, days away, exemptions and history."""
    details = member_details(request.user, member_id)
    member = details.member
    shown = details.shown
    names = details.unit_names
    today = clock.today()
    exemptions = details.exemptions
    titles = ports.indicator_titles({exemption.indicator for exemption in exemptions}) if exemptions else {}
    current = details.current
    is_elsewhere = current is not None and current.pk != member.pk and current.pk in details.visible
    away = bool(queries.rows_on_day(details.absences, today))
    return render(
        request,
        "members/member.html",
        {
            "today": today,
            "member": member,
            "name": member.contact.name if shown else access.masked_name(member.contact.name),
            "shown": shown,
            "active": details.is_active,
            "state": _state_words(member.state, temporary=member.temporary, away=away),
            "branch": names[member.branch_id],
            "born": member.contact.birth_year,
            "facts": _facts(member, member.contact, shown),
            "private": _private_facts(member.contact) if shown else [],
            "panels": ports.head_panels.panels(request.user, details)["head"],
            "stays": [(stay, names[stay.branch_id], stay.pk in details.visible) for stay in details.stays],
            "elsewhere": current if is_elsewhere else None,
            "posts": _offices(details),
            "absences": details.absences,
            "exemptions": [
                (exemption, titles.get(exemption.indicator, exemption.indicator)) for exemption in exemptions
            ],
            "events": access_queries.history(request.user, member),
            "may_change": details.may_change,
            "may_transfer": details.may_transfer,
            "may_take_back_ending": details.may_take_back_ending,
            "may_take_back_transfer": details.may_take_back_transfer,
            "may_exempt": details.may_exempt,
        },
    )


@login_required
@require_safe
def participation(request: AuthenticatedRequest, member_id: UUID) -> HttpResponse:
    """Show what one member took part in; htmx puts it into the member's page, without script it is a page of its own."""
    details = member_details(request.user, member_id)
    name = details.member.contact.name
    context = {
        "member": details.member,
        "name": name if details.shown else access.masked_name(name),
        "panels": ports.participation_panels.panels(request.user, details),
    }
    is_fragment = request.headers.get("HX-Request") == "true"
    return render(request, "members/participation_part.html" if is_fragment else "members/participation.html", context)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def admit(request: AuthenticatedRequest) -> HttpResponse:
    """Admit one member by hand."""
    access.over_others_or_404(request.user, policy.ADMIT, see=policy.VIEW)
    form = forms.AdmitForm(posted(request))
    form.fields["branch"].offer(queries.branch_choices(request.user, policy.ADMIT))  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> Member:
        entry = actions.Admission(
            branch=data["branch"],
            particulars=form.particulars(),
            joined_on=data["joined_on"],
            card_number=data["card_number"],
            temporary=data["temporary"],
            another=data.get("another", False),
        )
        try:
            return actions.admit_member(actor=request.user, entry=entry)
        except Refused as refusal:
            if refusal.problem.field == "another":
                form.ask_whether_another()
            raise

    page = {
        "title": _("Admit a member"),
        "submit": _("Admit"),
        "icon": "user-plus",
        "done": _("The member was admitted."),
    }
    return form_page(request, None, form, act, page)


@login_required
@active_stay_page(policy.CHANGE)
def change(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Change what is written down about a member."""
    form = forms.ParticularsForm(posted(request), initial=forms.initial_values(member))

    def act(data: dict[str, Any]) -> Member:
        actions.change_member(
            actor=request.user,
            member=member,
            particulars=form.particulars(),
            joined_on=data["joined_on"],
            card_number=data["card_number"],
        )
        return member

    page = {"title": _("Change the member"), "submit": _("Save"), "icon": "check", "done": _("The changes were saved.")}
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.TRANSFER)
def transfer(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Transfer a member to another branch."""
    form = forms.TransferForm(posted(request), initial={"on": clock.today()})
    branches = queries.branch_choices(request.user, policy.TRANSFER)
    form.fields["branch"].offer([branch for branch in branches if branch.id != member.branch_id])  # type: ignore[attr-defined]
    page = {
        "title": _("Transfer the member"),
        "hint": _("Both branches' figures follow on that day; what was attested goes along."),
        "submit": _("Transfer"),
        "icon": "arrows-exchange",
        "done": _("The member was transferred."),
    }
    return form_page(
        request,
        member,
        form,
        lambda data: actions.transfer_member(actor=request.user, member=member, to=data["branch"], on=data["on"]),
        page,
    )


@login_required
@active_stay_page(policy.TRANSFER)
def end(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """End a membership."""
    form = forms.EndForm(posted(request), initial={"on": clock.today()})
    page = {
        "title": _("End the membership"),
        "hint": _("The member leaves every figure from that day on; the history stays."),
        "submit": _("End the membership"),
        "icon": "user-minus",
        "done": _("The membership was ended."),
    }
    return form_page(
        request,
        member,
        form,
        lambda data: actions.end_membership(actor=request.user, member=member, state=data["state"], on=data["on"]),
        page,
    )


@login_required
@active_stay_page(policy.TRANSFER)
def post(request: AuthenticatedRequest, member: Member) -> HttpResponse:
    """Give a member an office."""
    form = forms.PostForm(posted(request), initial={"since": clock.today(), "unit": str(member.branch_id)})
    form.fields["unit"].offer(access_queries.units_to_see(request.user))  # type: ignore[attr-defined]

    def act(data: dict[str, Any]) -> Member:
        actions.assign_post(actor=request.user, member=member, **data)
        return member

    page = {
        "title": _("Give an office"),
        "submit": _("Give the office"),
        "icon": "star",
        "done": _("The office was recorded."),
    }
    return form_page(request, member, form, act, page)


@login_required
@active_stay_page(policy.TRANSFER)
def end_post(request: AuthenticatedRequest, member: Member, post_id: UUID) -> HttpResponse:
    """End the term of an office."""
    held = row_of_member(queries.posts_of(member), post_id)
    form = forms.UntilForm(posted(request), initial={"until": clock.today()})

    def act(data: dict[str, Any]) -> Member:
        actions.end_post(actor=request.user, member=member, post=held, until=data["until"])
        return member

    page = {
        "title": _("End the office"),
        "submit": _("End the office"),
        "icon": "check",
        "done": _("The office was ended."),
    }
    return form_page(request, member, form, act, page)
