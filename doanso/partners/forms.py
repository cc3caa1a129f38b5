"""Forms of partners, contacts, agreements and undertakings, and the filters of the lists."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from doanso.lib import clock, formats
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import offer_units, set_choices, unit_choices
from doanso.lib.form_fields import text_field
from doanso.lib.next_year import missing_day_remark, moved_day_remark, with_later_years, years_later
from doanso.lib.number_field import WholeNumberField
from doanso.partners import kinds, rules
from doanso.partners.actions import AgreementInput, AgreementPaper, ContactInput, PartnerInput, UndertakingInput
from doanso.partners.models import Agreement, Partner, Undertaking, UndertakingState
from doanso.partners.queries import agreements as agreement_queries
from doanso.partners.queries import partners as partner_queries
from doanso.partners.queries import undertakings as undertaking_queries
from doanso.units.queries import NamedUnit

ACCEPT = "image/png,image/jpeg,image/webp,.pdf,.docx"
_ISSUED, _CAME = "issued:", "came:"


class PartnerForm(forms.Form):
    """A partner. `units` are offered for a new one; `key` keeps a form that is sent twice from making two."""

    unit = forms.ChoiceField(label=pgettext_lazy("partner", "Kept by"))
    kind = forms.ChoiceField(label=gettext_lazy("Kind of partner"))
    name = text_field(
        pgettext_lazy("partner", "Full name"),
        rules.LONGEST_NAME,
        required=True,
        help_text=gettext_lazy("As it stands on papers, for example Ngân hàng TMCP …, chi nhánh Tiền Giang."),
    )
    short_name = text_field(
        gettext_lazy("Short name"),
        rules.LONGEST_SHORT_NAME,
        help_text=gettext_lazy("For lists and posters. Left empty, it is the full name."),
    )
    address = text_field(pgettext_lazy("partner", "Address"), rules.LONGEST_ADDRESS)
    website = text_field(gettext_lazy("Website"), rules.LONGEST_ADDRESS)
    note = text_field(
        pgettext_lazy("partner", "Note"),
        rules.LONGEST_NOTE,
        rows=3,
        help_text=gettext_lazy("No phone numbers, they belong to the contacts; no account numbers."),
    )
    confirmed = forms.BooleanField(
        label=gettext_lazy("I have looked again: this is another organisation"),
        required=False,
        widget=forms.HiddenInput,
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, units: Sequence[NamedUnit] = (), partner: Partner | None = None, **options: Any
    ) -> None:
        if partner is not None:
            names = ("kind", "name", "short_name", "address", "website", "note")
            options["initial"] = {name: getattr(partner, name) for name in names} | {"read": partner.version}
        super().__init__(data, **options)
        known_kinds = [(kind.code, kind.name) for kind in kinds.kinds().partners]
        if partner is not None and partner.kind not in dict(known_kinds):
            known_kinds.append((partner.kind, partner.kind))
        if partner is None:
            known_kinds.insert(0, ("", _("Choose the kind")))
        set_choices(self, "kind", known_kinds)
        if units:
            offer_units(self, units)
        else:
            del self.fields["unit"]

    def offer_confirmation(self) -> None:
        """Show the box by which a second partner of the same name is confirmed."""
        self.fields["confirmed"].widget = forms.CheckboxInput()

    def inputs(self) -> PartnerInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        names = ("kind", "name", "short_name", "address", "website", "note")
        return PartnerInput(**{name: cleaned[name] for name in names})


class ContactForm(forms.Form):
    """A contact of a partner."""

    name = text_field(gettext_lazy("Full name of the person"), rules.LONGEST_PERSON, required=True)
    post = text_field(gettext_lazy("Post"), rules.LONGEST_PERSON)
    phone = text_field(gettext_lazy("Phone"), 30)
    email = forms.EmailField(label=gettext_lazy("E-mail"), max_length=120, required=False)
    since = DayField(label=gettext_lazy("Contact since"))
    note = text_field(
        pgettext_lazy("partner", "Note"),
        rules.LONGEST_CONTACT_NOTE,
        help_text=gettext_lazy("For example: after 14:00."),
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["phone"].widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def inputs(self) -> ContactInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        names = ("name", "post", "phone", "email", "since", "note")
        return ContactInput(**{name: cleaned[name] for name in names})


class AgreementForm(forms.Form):
    """An agreement with its paper: a file, or a document of the store."""

    title = text_field(gettext_lazy("Name of the agreement"), rules.LONGEST_TITLE, required=True)
    number = text_field(
        pgettext_lazy("agreement", "Number"), rules.LONGEST_NUMBER, help_text=gettext_lazy("For example 05/TTHT-2023.")
    )
    signed_on = DayField(label=gettext_lazy("Signed on"), required=False)
    valid_from = DayField(label=gettext_lazy("In effect from"))
    valid_until = DayField(
        label=gettext_lazy("Last day in effect"),
        required=False,
        help_text=gettext_lazy(
            "Left empty, it is in effect until it is ended. Thirty days before, the unit gets a notice."
        ),
    )
    terms = text_field(
        gettext_lazy("What is agreed"),
        rules.LONGEST_TERMS,
        rows=4,
        help_text=gettext_lazy("In short. What the partner has to do is written down one by one, as undertakings."),
    )
    document = forms.ChoiceField(label=gettext_lazy("Document of the store"), required=False)
    paper = forms.FileField(label=gettext_lazy("Or a file"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        documents: tuple[Sequence[tuple[UUID, str]], Sequence[tuple[UUID, str]]],
        linked: Agreement | None = None,
        linked_name: str = "",
        **options: Any,
    ) -> None:
        super().__init__(data, files, **options)
        self.fields["paper"].widget.attrs |= {"accept": ACCEPT, "class": "form-control"}
        self.fields["paper"].help_text = _("PDF, Word or a photo of each page, without a mark of secrecy.")
        issued, came = (
            [(f"{prefix}{pk}", name) for pk, name in entries]
            for prefix, entries in zip((_ISSUED, _CAME), documents, strict=True)
        )
        choices: list[Any] = [("", _("None"))]
        if linked is not None and (current := _document_choice(linked)):
            if current not in dict([*issued, *came]):
                choices.append((current, linked_name or _("The document chosen before")))
            self.initial.setdefault("document", current)
        if issued:
            choices.append((_("Issued documents"), issued))
        if came:
            choices.append((_("Documents that came"), came))
        set_choices(self, "document", choices)
        if len(choices) == 1:
            del self.fields["document"]
            self.fields["paper"].label = _("File of the agreement")

    def inputs(self) -> AgreementInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        chosen = cleaned.get("document", "")
        names = ("title", "number", "signed_on", "valid_from", "valid_until", "terms")
        return AgreementInput(
            **{name: cleaned[name] for name in names},
            document_id=UUID(chosen.removeprefix(_ISSUED)) if chosen.startswith(_ISSUED) else None,
            incoming_id=UUID(chosen.removeprefix(_CAME)) if chosen.startswith(_CAME) else None,
        )

    def upload(self) -> AgreementPaper | None:
        """Return the uploaded file for the action."""
        paper = self.cleaned_data["paper"]
        return AgreementPaper(paper.name, paper) if paper else None


def _document_choice(agreement: Agreement) -> str:
    if agreement.document_id is not None:
        return f"{_ISSUED}{agreement.document_id}"
    return f"{_CAME}{agreement.incoming_id}" if agreement.incoming_id is not None else ""


class EndForm(forms.Form):
    """Why something ends; of an agreement also its last day."""

    reason = text_field(gettext_lazy("Reason"), rules.LONGEST_REASON, required=True, rows=2)
    on = DayField(label=gettext_lazy("Last day"))
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, with_day: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        if not with_day:
            del self.fields["on"]


class RepeatAgreementForm(forms.Form):
    """The agreement of the next year, with the undertakings of this year's that are taken up again."""

    title = text_field(gettext_lazy("Name of the agreement"), rules.LONGEST_TITLE, required=True)
    valid_from = DayField(label=gettext_lazy("In effect from"))
    valid_until = DayField(label=gettext_lazy("Last day in effect"), required=False)
    terms = text_field(gettext_lazy("What is agreed"), rules.LONGEST_TERMS, rows=4)
    undertakings = forms.MultipleChoiceField(
        label=gettext_lazy("Undertakings that are open again"), required=False, widget=forms.CheckboxSelectMultiple
    )
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self, data: Any = None, *, agreement: Agreement, undertakings: Sequence[Undertaking], key: UUID | None
    ) -> None:
        # One without a last day has nothing to follow; the action refuses it.
        term = rules.next_term(agreement.valid_from, agreement.valid_until or agreement.valid_from)
        years = term["valid_from"].year - agreement.valid_from.year
        taken_up = [str(each.pk) for each in undertakings if each.state != UndertakingState.DROPPED]
        initial = {
            "title": with_later_years(agreement.title, years), "terms": agreement.terms, "undertakings": taken_up,
            "key": key, "read": agreement.version, **term,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["valid_from"].help_text = missing_day_remark(agreement.valid_from, term["valid_from"])
        if agreement.valid_until is not None:
            self.fields["valid_until"].help_text = missing_day_remark(agreement.valid_until, term["valid_until"])
        if undertakings:
            set_choices(self, "undertakings", [(str(each.pk), _repeated_words(each, years)) for each in undertakings])
        else:
            del self.fields["undertakings"]

    def inputs(self) -> AgreementInput:
        """Return the values for the action."""
        names = ("title", "valid_from", "valid_until", "terms")
        return AgreementInput(**{name: self.cleaned_data[name] for name in names})

    def undertaking_ids(self) -> list[UUID]:
        """Return which undertakings are taken up again."""
        return [UUID(pk) for pk in self.cleaned_data.get("undertakings", ())]


def _repeated_words(undertaking: Undertaking, years: int) -> str:
    """Return an undertaking with its quantity, its moved day, and what to look at about the day."""
    words = [undertaking.text]
    if undertaking.quantity is not None:
        words.append(f"{formats.number(undertaking.quantity)} {undertaking.unit_of_count}")
    if undertaking.due_on is not None:
        day = years_later(undertaking.due_on, years)
        words.append(_("by %(day)s") % {"day": formats.day(day)})
        if remark := moved_day_remark(undertaking.due_on, day):
            words.append(remark)
    return ", ".join(words)


class UndertakingForm(forms.Form):
    """What a partner undertakes."""

    kind = forms.ChoiceField(label=pgettext_lazy("undertaking", "What it is about"))
    text = text_field(
        gettext_lazy("What the partner does"),
        rules.LONGEST_TEXT,
        required=True,
        rows=2,
        help_text=gettext_lazy("One sentence: what, where, for whom."),
    )
    quantity = WholeNumberField(
        label=pgettext_lazy("undertaking", "How many"), required=False, help_text=gettext_lazy("Where it is counted.")
    )
    unit_of_count = text_field(
        gettext_lazy("Counted in"),
        rules.LONGEST_COUNT,
        help_text=gettext_lazy("For example gian, lớp, phần. Left empty, it follows the kind."),
    )
    due_on = DayField(label=gettext_lazy("By which day"), required=False)
    agreement = forms.ChoiceField(label=gettext_lazy("By the agreement"), required=False)
    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        agreements: Sequence[tuple[UUID, str]],
        undertaking: Undertaking | None = None,
        **options: Any,
    ) -> None:
        if undertaking is not None:
            names = ("kind", "text", "quantity", "unit_of_count", "due_on")
            options["initial"] = {name: getattr(undertaking, name) for name in names} | {
                "read": undertaking.version,
                "agreement": str(undertaking.agreement_id or ""),
            }
        super().__init__(data, **options)
        known_kinds = [(kind.code, kind.name) for kind in kinds.kinds().undertakings]
        if undertaking is not None and undertaking.kind not in dict(known_kinds):
            known_kinds.append((undertaking.kind, undertaking.kind))
        set_choices(self, "kind", known_kinds)
        set_choices(self, "agreement", ((str(pk), name) for pk, name in agreements), empty=_("None"))
        if not agreements:
            self.fields["agreement"].widget = forms.HiddenInput()

    def inputs(self) -> UndertakingInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        return UndertakingInput(
            kind=cleaned["kind"],
            text=cleaned["text"],
            quantity=cleaned["quantity"],
            unit_of_count=cleaned["unit_of_count"],
            due_on=cleaned["due_on"],
            agreement_id=UUID(cleaned["agreement"]) if cleaned["agreement"] else None,
        )


class UndertakingOutcomeForm(forms.Form):
    """What became of an undertaking."""

    state = forms.ChoiceField(
        label=pgettext_lazy("undertaking", "What became of it"),
        choices=[choice for choice in UndertakingState.choices if choice[0] != UndertakingState.OPEN],
        widget=forms.RadioSelect,
    )
    done_quantity = WholeNumberField(label=gettext_lazy("How many were done"), required=False)
    note = text_field(
        pgettext_lazy("undertaking", "Note"),
        rules.LONGEST_SETTLED_NOTE,
        rows=2,
        help_text=gettext_lazy("Needed when less was done than undertaken: say why."),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, undertaking: Undertaking, **options: Any) -> None:
        options["initial"] = {
            "state": UndertakingState.KEPT,
            "done_quantity": undertaking.quantity,
            "read": undertaking.version,
        }
        super().__init__(data, **options)
        if undertaking.quantity is None:
            del self.fields["done_quantity"]
        else:
            label = _("How many were done (%(unit)s)") % {"unit": undertaking.unit_of_count}
            self.fields["done_quantity"].label = label


class PartnerFilterForm(forms.Form):
    """Filters of the list of partners."""

    q = forms.CharField(label=gettext_lazy("Name of the partner"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of partner"), required=False)
    state = forms.ChoiceField(label=pgettext_lazy("partner", "State"), required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("partner", "Kept by"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        set_choices(self, "kind", ((kind.code, kind.name) for kind in kinds.kinds().partners), empty=_("All kinds"))
        states = {
            "": _("Working with us"),
            partner_queries.EXPIRING: _("Agreement to be renewed"),
            partner_queries.WITHOUT: _("No agreement in effect"),
            partner_queries.ENDED: _("Ended"),
            partner_queries.ALL: _("All, ended ones too"),
        }
        set_choices(self, "state", list(states.items()))
        _offer_units(self, units)


class AgreementFilterForm(forms.Form):
    """Filters of the list of agreements."""

    state = forms.ChoiceField(label=pgettext_lazy("agreement", "State"), required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("partner", "Kept by"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        states = {
            "": _("All agreements"),
            agreement_queries.RUNNING_OUT: _("To be renewed or closed"),
            agreement_queries.IN_EFFECT: _("In effect today"),
            agreement_queries.OVER: _("Ran out or ended"),
        }
        set_choices(self, "state", list(states.items()))
        _offer_units(self, units)


class UndertakingFilterForm(forms.Form):
    """Filters of the list of undertakings."""

    state = forms.ChoiceField(label=pgettext_lazy("undertaking", "State"), required=False)
    kind = forms.ChoiceField(label=pgettext_lazy("undertaking", "What it is about"), required=False)
    unit = forms.ChoiceField(label=pgettext_lazy("partner", "Kept by"), required=False)

    def __init__(self, data: Any = None, *, units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        states = [("", UndertakingState.OPEN.label), *UndertakingState.choices[1:]]
        set_choices(self, "state", [*states, (undertaking_queries.ALL, pgettext("undertaking", "All states"))])
        every_kind = [(kind.code, kind.name) for kind in kinds.kinds().undertakings]
        set_choices(self, "kind", every_kind, empty=_("All kinds"))
        _offer_units(self, units)


def _offer_units(form: forms.Form, units: Sequence[NamedUnit]) -> None:
    if len(units) > 1:
        set_choices(form, "unit", unit_choices(units), empty=_("All units"))
    else:
        del form.fields["unit"]


def initial_agreement(agreement: Agreement) -> dict[str, Any]:
    """Return the values of an agreement for its form."""
    names = ("title", "number", "signed_on", "valid_from", "valid_until", "terms")
    return {name: getattr(agreement, name) for name in names} | {"read": agreement.version}


def initial_contact() -> dict[str, Any]:
    """Return the values of a new contact."""
    return {"since": clock.today()}
