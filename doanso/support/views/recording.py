"""The form that records help: one receiver, one day, any number of services, and the next receiver at once."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.uuid7 import uuid7
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.support import actions, labels, policy, queries
from doanso.support.actions import RecordResult
from doanso.support.forms import support_records as forms
from doanso.support.forms.support_records import PERSON, RECEIVERS, SHOP, UNNAMED, SupportFormOptions
from doanso.support.models import HelperKind, SupportRecord
from doanso.support.queries import recording
from doanso.support.queries.recording import HelperPair, RecordedReceiver
from doanso.support.rules.counting import CountingMeasure, counting_note
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

RECENT = 5
"""Receivers listed beside the form."""
KEPT_FIELDS = {"happened_on", "unit", "helper", "helper_kind", "second", "second_kind", "two_helpers"}
"""What stays for the next receiver; its fields are folded into one line while nothing of them is refused."""


def form_options(unit: Unit, scope: Any) -> SupportFormOptions:
    """Return the options of the forms at a unit; consent is asked in the newest wording."""
    text = people.consent_text(clock.today())
    return SupportFormOptions(
        units=scope,
        services=queries.recordable_services(),
        helpers=queries.offered_helpers(unit),
        consent_version=text.version,
        consent_body=text.body,
        purposes=[(purpose["code"], purpose["sentence"]) for purpose in text.purposes],
    )


def helper_options(offer: SupportFormOptions) -> SafeString:
    """Return the options of the list of names that the form offers while typing."""
    names = sorted({name for _member_id, name in offer.helpers})
    # Hundreds of names: escaping each by itself took a fifteenth of the page.
    options = escape("\n".join(names)).replace("\n", '"></option><option value="')
    return mark_safe(f'<option value="{options}"></option>') if names else SafeString("")  # noqa: S308 -- names are escaped


class _Recording(NamedTuple):
    """What the form's page is about: the receiver, the units and their options, the record made just before, and whom the user
    has recorded today (None where the form was sent).
    """

    receiver: str
    scope: Sequence[NamedUnit]
    offer: SupportFormOptions
    previous: SupportRecord | None
    today: Sequence[RecordedReceiver] | None

    @property
    def kept(self) -> dict[str, Any]:
        """The values to begin with: day, helpers and unit of an earlier record, else the user's own. Never a consent."""
        first = {"key": uuid7(), "channel": "paper", "second_kind": HelperKind.OFFICIAL}
        pair = self.pair
        if pair is None:
            return first | {"happened_on": clock.today(), "unit": self.scope[0].code}
        unit = next((choice for choice in self.scope if choice.id == pair.unit_id), self.scope[0])
        return first | {
            "happened_on": self.previous.happened_on if self.previous is not None else clock.today(),
            "unit": unit.code,
            "helper": pair.helper,
            "helper_kind": pair.helper_kind,
            "second": pair.second,
            "second_kind": pair.second_kind or HelperKind.OFFICIAL,
        }

    @property
    def pair(self) -> HelperPair | None:
        """The helpers of the record just before, else of the user's last of today that names one."""
        before = self.previous
        if before is None:
            return next((receiver.pair for receiver in self.today or () if receiver.pair.helper), None)
        helpers = (before.helper_name, before.helper_kind, before.second_helper_name, before.second_helper_kind)
        return HelperPair(before.unit_id, *helpers)


def _recording(request: AuthenticatedRequest) -> _Recording:
    """Return the page's subject, or refuse: 404 or 403 to users who record nothing."""
    access.over_others_or_404(request.user, policy.RECORD, see=policy.VIEW)
    receiver = request.GET.get("to", PERSON)
    if receiver not in RECEIVERS:
        raise Http404
    scope = queries.permitted_units(request.user, policy.RECORD)
    today = None
    if request.method != "POST":
        today = recording.recorded_receivers(request.user, [unit.id for unit in scope], clock.today())
    return _Recording(receiver, scope, form_options(scope[0].unit, scope), _previous(request), today)


def _previous(request: AuthenticatedRequest) -> SupportRecord | None:
    """Return the record after which the next receiver is recorded; anything else in the address is ignored."""
    try:
        key = UUID(request.GET.get("after", ""))
    except ValueError:
        return None
    return policy.RECORD.filter(request.user, queries.all_records()).filter(pk=key).first()


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedRequest) -> HttpResponse:
    """Show and accept the office form: one receiver, one day, any number of services."""
    subject = _recording(request)
    if request.method != "POST":
        first = {"helper": request.user.display_name} | subject.kept
        form = forms.RecordForm(receiver=subject.receiver, offer=subject.offer, initial=first)
        return _record_page(request, form, subject)
    form = forms.RecordForm(request.POST, receiver=subject.receiver, offer=subject.offer)
    if not form.is_valid():
        return _record_page(request, form, subject, status=422)
    if form.is_refused:
        # Nothing may be stored, so nothing is redirected to; sending it again stores nothing either.
        kept_names = ("happened_on", "unit", "helper", "helper_kind", "second", "second_kind")
        first = subject.kept | {name: form.data[name] for name in kept_names if name in form.data}
        form = forms.RecordForm(receiver=subject.receiver, offer=subject.offer, initial=first)
        return _record_page(request, form, subject, nothing_stored=True)
    try:
        if form.names_receiver:
            require_read(request.POST.get("text_version"), subject.offer.consent_version)
        recorded = actions.record_helps(actor=request.user, unit=form.chosen_unit, entries=form.inputs())
    except Refused as refused:
        if refused.problem.field == "namesakes":
            form.ask_whether_namesakes()
        if refused.problem.field == "two_helpers":
            form.ask_whether_two_helpers()
        add_refusal(form, refused, {"consent": "purposes"})
        return _record_page(request, form, subject, status=422)
    made = recorded[0].support_record_id
    show_results(request, recorded, is_next="next" in request.POST)
    if "next" in request.POST:
        return redirect(f"{reverse('support:record')}?to={subject.receiver}&after={made}")
    return redirect("support:support_record", made)


def show_results(request: AuthenticatedRequest, recorded: list[RecordResult], *, is_next: bool = False) -> None:
    """Show what was written; `is_next`: the page that follows shows new records itself."""
    new = [result for result in recorded if not result.is_known]
    if new and not is_next:
        message = ngettext("%(count)s help recorded.", "%(count)s helps recorded.", len(new))
        messages.success(request, message % {"count": formats.number(len(new))})
    if len(new) < len(recorded):
        messages.info(request, _("This was recorded already for that day; nothing is counted twice."))
    if any(result.known_elsewhere for result in new):
        messages.info(request, _("Another unit has helped them already: the person counts once in the whole city."))
    if any(result.doubtful for result in new):
        messages.info(request, _("Somebody looks alike. The city will look whether the two are one."))


class ServiceChoice(NamedTuple):
    """A service to tick: its code, name and state, and why help with it does not count yet."""

    code: str
    name: str
    is_chosen: bool
    note: str
    unnamed_note: str


def service_choices(
    services: Sequence[tuple[str, str]],
    chosen: Sequence[str],
    measures: Mapping[str, Sequence[CountingMeasure]],
    receiver: str,
) -> list[ServiceChoice]:
    """Return the services of a form with their notes; no notes where no programme counts any help, which the page states."""
    choices = []
    for code, name in services:
        of_service = measures.get(code, ())
        notes = [
            counting_note(of_service, to_business=receiver == SHOP, named=named) if measures else ""
            for named in (receiver != UNNAMED, False)
        ]
        choices.append(ServiceChoice(code, name, code in chosen, notes[0], notes[1] if receiver == PERSON else ""))
    return choices


def _record_page(
    request: AuthenticatedRequest,
    form: forms.RecordForm,
    subject: _Recording,
    status: int = 200,
    *,
    nothing_stored: bool = False,
) -> HttpResponse:
    words = {PERSON: _("A resident"), SHOP: _("A shop"), UNNAMED: _("Does not want to be named")}
    after = f"&after={subject.previous.pk}" if subject.previous is not None else ""
    unit = _unit_of(form, subject.scope)
    day = _day_of(form)
    measures = recording.counting_measures(unit.unit, day)
    services = form.fields["services"].choices  # type: ignore[attr-defined]
    recent = subject.today if day == clock.today() else None
    if recent is None:
        recent = recording.recorded_receivers(request.user, [choice.id for choice in subject.scope], day)
    return render(
        request,
        "support/record.html",
        {
            "form": form,
            "helper_options": helper_options(subject.offer),
            "receiver": form.receiver,
            "tabs": [(name, words[name], f"?to={name}{after}") for name in RECEIVERS if name != UNNAMED],
            "consent_version": subject.offer.consent_version,
            "consent_body": subject.offer.consent_body,
            "services": service_choices(services, form["services"].value() or [], measures, form.receiver),
            "no_programme": not measures,
            "kept": _kept_words(form, unit, day),
            "keeps": (form.is_bound or subject.pair is not None) and form.errors.keys().isdisjoint(KEPT_FIELDS),
            "done": _done(request, subject.previous) if status == 200 and not nothing_stored else None,
            "nothing_stored": nothing_stored,
            "recent": recent[:RECENT],
            "recent_count": len(recent),
        },
        status=status,
    )


def _unit_of(form: forms.RecordForm, scope: Sequence[NamedUnit]) -> NamedUnit:
    code = form["unit"].value()
    return next((choice for choice in scope if choice.code == code), scope[0])


def _day_of(form: forms.RecordForm) -> date:
    """Return the day that the form shows, today for one that is none."""
    try:
        day: date = form.fields["happened_on"].clean(form["happened_on"].value())
    except ValidationError:
        return clock.today()
    return day


def _kept_words(form: forms.RecordForm, unit: NamedUnit, day: date) -> list[tuple[str, str]]:
    """Return icon and words of what is kept for the next receiver."""
    helpers = [str(form[name].value() or "").strip() for name in ("helper", "second")]
    named = [name for name in helpers if name]
    words = _("%(one)s and %(other)s") % {"one": named[0], "other": named[1]} if len(named) > 1 else "".join(named)
    return [
        ("calendar-event", formats.day(day)),
        ("users", words or _("Nobody is named yet")),
        ("map-pin", unit.short_name),
    ]


class DoneLine(NamedTuple):
    """The line after saving: who was recorded, and how it stands in the figures."""

    receiver: RecordedReceiver
    name: str
    claim: SafeString


def _done(request: AuthenticatedRequest, previous: SupportRecord | None) -> DoneLine | None:
    if previous is None:
        return None
    receiver = recording.recorded_with(request.user, previous)
    if receiver is None:
        return None
    [claim] = queries.claim_states([previous]).values()
    return DoneLine(receiver, receiver.name or labels.missing_name(named=receiver.named), labels.claim_pill(claim))
