"""Forms for writing, sending on, signing and issuing documents."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.accounts.models import User
from doanso.documents.body.nodes import DocumentBody
from doanso.documents.body.schema import EMPTY, from_posted, parse_appendices
from doanso.documents.drafts import LONGEST_SUMMARY, Draft
from doanso.documents.kinds import kind_choices
from doanso.documents.models import Mandate, Number, Profile
from doanso.documents.queries.letterheads import recipient_lines
from doanso.documents.renderers.content import CIRCULATIONS, URGENCIES
from doanso.documents.rules.receivers import ReceiverGroup, RecipientLine, units_named
from doanso.lib import formats
from doanso.lib.day_field import DayField
from doanso.lib.form_choices import set_choices, unit_choices
from doanso.signing import reading
from doanso.signing.models import Certificate
from doanso.units.queries import NamedUnit

_NONE = [("", gettext_lazy("None"))]


class DraftForm(forms.Form):
    """A draft's head and body; the body comes from the editor as JSON, or as plain text where no script runs."""

    profile = forms.ChoiceField(label=gettext_lazy("Form"), choices=Profile.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=kind_choices)
    summary = forms.CharField(
        label=gettext_lazy("What it is about"),
        max_length=LONGEST_SUMMARY,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One line below the kind of document, for example: Xây dựng tuyến phố công nghệ số."),
    )
    addressees = forms.CharField(
        label=gettext_lazy("Kính gửi"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("One on a line, without dash. Letters, reports and proposals have it."),
    )
    recipients = forms.CharField(
        label=gettext_lazy("Nơi nhận"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One on a line, without dash and semicolon; the last one says where it is kept."),
    )
    division = forms.CharField(
        label=gettext_lazy("Drafting office in the symbol"),
        required=False,
        max_length=20,
        help_text=gettext_lazy("For example VP; leave it empty where the symbol has none."),
    )
    urgency = forms.ChoiceField(label=gettext_lazy("Urgency"), required=False, choices=[*_NONE, *URGENCIES.items()])
    circulation = forms.ChoiceField(
        label=gettext_lazy("Circulation"), required=False, choices=[*_NONE, *CIRCULATIONS.items()]
    )
    note = forms.CharField(
        label=gettext_lazy("What changed in this version"), required=False, max_length=200, widget=forms.HiddenInput
    )

    def __init__(self, data: Any = None, *, before: DocumentBody = EMPTY, **options: Any) -> None:
        super().__init__(data, **options)
        self.before = before

    def draft(self, body: str, appendices: str) -> Draft:
        """Return the draft; the body's schema parses what the editor sent and may raise Refused."""
        cleaned = self.cleaned_data
        return Draft(
            profile=cleaned["profile"],
            kind=cleaned["kind"],
            summary=" ".join(cleaned["summary"].split()),
            body=from_posted(body, "body", before=self.before),
            appendices=parse_appendices(appendices) if appendices.strip() else (),
            addressees=recipient_lines(cleaned["addressees"]),
            recipients=recipient_lines(cleaned["recipients"]),
            urgency=cleaned["urgency"],
            circulation=cleaned["circulation"],
            division=cleaned["division"].strip(),
        )


def draft_initial(draft: Draft) -> dict[str, str]:
    """Return the form's initial values."""
    return {
        "profile": draft.profile,
        "kind": draft.kind,
        "summary": draft.summary,
        "addressees": "\n".join(draft.addressees),
        "recipients": "\n".join(draft.recipients),
        "division": draft.division,
        "urgency": draft.urgency,
        "circulation": draft.circulation,
    }


class UploadForm(forms.Form):
    """A PDF that was made elsewhere, with room for number, day and signatures."""

    profile = forms.ChoiceField(label=gettext_lazy("Form"), choices=Profile.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=kind_choices)
    summary = forms.CharField(
        label=gettext_lazy("What it is about"), max_length=LONGEST_SUMMARY, widget=forms.Textarea(attrs={"rows": 2})
    )
    file = forms.FileField(
        label=gettext_lazy("PDF file"),
        help_text=gettext_lazy(
            "Leave room after “Số:” and in “ngày … tháng … năm …”; the signer's name stands below the room for the signature."
        ),
    )

    def draft(self) -> Draft:
        """Return the values that the register needs."""
        cleaned = self.cleaned_data
        return Draft(
            profile=cleaned["profile"],
            kind=cleaned["kind"],
            summary=" ".join(cleaned["summary"].split()),
            is_upload=True,
        )


class WordFileForm(forms.Form):
    """A Word file whose text goes into the editor; where text is there already, its author chooses what becomes of it."""

    file = forms.FileField(label=gettext_lazy("Word file (.docx)"))
    place = forms.ChoiceField(
        label=gettext_lazy("What becomes of the text that is there"),
        choices=[
            ("replace", gettext_lazy("Put the Word file's text in its place")),
            ("append", gettext_lazy("Keep it and put the Word file's text after it")),
        ],
        widget=forms.RadioSelect,
    )

    def __init__(self, data: Any = None, files: Any = None, *, has_text: bool, **options: Any) -> None:
        super().__init__(data, files, **options)
        if not has_text:
            del self.fields["place"]

    @property
    def appends(self) -> bool:
        """Return whether the file's text stands after the text that is there."""
        return self.cleaned_data.get("place") == "append"


class SendOnForm(forms.Form):
    """The reviewers of a document, in their order, and its signer."""

    reviewers = forms.MultipleChoiceField(
        label=gettext_lazy("Who looks at it first"), required=False, widget=forms.CheckboxSelectMultiple
    )
    mandate = forms.ChoiceField(label=gettext_lazy("Who signs"))
    words = forms.CharField(
        label=gettext_lazy("A word to them"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self,
        data: Any = None,
        *,
        reviewers: Sequence[User],
        roles: Mapping[UUID, str],
        mandates: Sequence[Mandate],
        **options: Any,
    ) -> None:
        super().__init__(data, **options)
        self.people = {str(choice.pk): choice for choice in reviewers}
        self.mandates = {str(choice.pk): choice for choice in mandates}
        set_choices(
            self,
            "reviewers",
            [
                (key, ", ".join(filter(None, (choice.display_name, roles.get(choice.pk, "")))))
                for key, choice in self.people.items()
            ],
        )
        set_choices(self, "mandate", [(key, mandate_words(choice)) for key, choice in self.mandates.items()])

    def chosen(self) -> tuple[list[User], Mandate]:
        """Return the reviewers in the list's order, and the mandate under which the document is signed."""
        cleaned = self.cleaned_data
        return [self.people[key] for key in cleaned["reviewers"]], self.mandates[cleaned["mandate"]]


def mandate_words(mandate: Mandate) -> str:
    """Return a mandate in one line: "Nguyễn Văn An, TM. BAN CHẤP HÀNH, BÍ THƯ"."""
    authority = f"{mandate.wording} {mandate.body}".strip()
    return ", ".join(filter(None, (mandate.user.display_name, authority, mandate.post)))


class WordsForm(forms.Form):
    """The words of a decision or a remark."""

    words = forms.CharField(
        label=gettext_lazy("In a few words"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class ReasonForm(forms.Form):
    """The reason for ending a document."""

    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=300, widget=forms.Textarea(attrs={"rows": 2}))


def certificate_words(certificate: Certificate) -> str:
    """Return a certificate in one line: holder, where its key is, last day, and serial number."""
    parts = {
        "name": reading.common_name_of(reading.load(certificate.der).subject),
        "way": certificate.get_way_display(),
        "day": formats.real_day(certificate.not_after),
        "number": certificate.number_end,
    }
    words = _("%(name)s · %(way)s · until %(day)s · number …%(number)s") % parts
    return _("%(certificate)s · not tried yet") % {"certificate": words} if certificate.lacks_trial else words


class CertificateForm(forms.Form):
    """The certificate to sign with."""

    certificate = forms.ChoiceField(label=gettext_lazy("Certificate"))

    def __init__(self, data: Any = None, *, certificates: Sequence[Certificate], **options: Any) -> None:
        super().__init__(data, **options)
        self.certificates = {str(certificate.pk): certificate for certificate in certificates}
        set_choices(
            self,
            "certificate",
            [(key, certificate_words(certificate)) for key, certificate in self.certificates.items()],
        )

    def chosen(self) -> Certificate:
        """Return the chosen certificate."""
        return self.certificates[self.cleaned_data["certificate"]]


class ReceiversForm(forms.Form):
    """The receivers of a document: units, among them those that its own lines of recipients name, and names outside.

    Units of certain lines are ticked to begin with; those of a doubtful line are offered as `lines`, to be ticked together.
    """

    lines = forms.MultipleChoiceField(
        label=gettext_lazy("Lines of recipients"), required=False, widget=forms.CheckboxSelectMultiple
    )
    units = forms.MultipleChoiceField(
        label=gettext_lazy("Send through the system to"), required=False, widget=forms.CheckboxSelectMultiple
    )
    outside = forms.CharField(
        label=gettext_lazy("Outside the Union's system"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "One on a line, for example: Công an Phường 4. Each gets a link of its own to hand over."
        ),
    )
    answer_by = DayField(label=gettext_lazy("To be answered by"), required=False)

    def __init__(
        self,
        data: Any = None,
        *,
        groups: Sequence[ReceiverGroup],
        lines: Sequence[RecipientLine] = (),
        **options: Any,
    ) -> None:
        super().__init__(data, initial={"units": [unit.code for unit in units_named(lines)]}, **options)
        self.groups = groups
        self.recipient_lines = list(enumerate(lines))
        self.doubtful = {str(index): line for index, line in self.recipient_lines if line.doubt}
        self.units_by_code: dict[str, NamedUnit] = {unit.code: unit for group in groups for unit in group.units}
        set_choices(self, "units", [(unit.code, unit.name) for unit in self.units_by_code.values()])
        set_choices(self, "lines", [(index, line.text) for index, line in self.doubtful.items()])

    def ticked(self) -> set[str]:
        """Return the codes of the units chosen so far, for the grouped list."""
        return set(self["units"].value() or ())

    def ticked_lines(self) -> set[int]:
        """Return the indices of the doubtful lines chosen so far."""
        return {int(index) for index in self["lines"].value() or () if index in self.doubtful}

    def opened(self) -> set[str]:
        """Return the codes of the groups that hold a chosen unit, so that no choice is hidden."""
        ticked = self.ticked()
        return {group.code for group in self.groups if any(unit.code in ticked for unit in group.units)}

    def chosen_units(self) -> list[NamedUnit]:
        """Return the ticked units and those of the ticked lines, each once."""
        chosen = {code: self.units_by_code[code] for code in self.cleaned_data["units"]}
        of_lines = [unit for index in self.cleaned_data["lines"] for unit in self.doubtful[index].units]
        return list((chosen | {unit.code: unit for unit in of_lines}).values())


class IssueForm(CertificateForm, ReceiversForm):
    """The receivers of a document, the certificate of its seal, and whether it is public."""

    certificate = forms.ChoiceField(label=gettext_lazy("The organisation's certificate"))
    is_public = forms.BooleanField(label=gettext_lazy("Everybody may read it on the verification page"), required=False)

    field_order = ("units", "outside", "answer_by", "certificate", "is_public")


class RegisterFilterForm(forms.Form):
    """Filter of the register; the open book stays."""

    unit = forms.ChoiceField(label=gettext_lazy("Unit"), required=False)
    book = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    words = forms.CharField(label=gettext_lazy("Number or words"), required=False, max_length=100)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), required=False)
    year = forms.IntegerField(label=gettext_lazy("Year"), required=False, min_value=1990, max_value=2100)

    def __init__(self, data: Any = None, *, kinds: dict[str, str], units: Sequence[NamedUnit], **options: Any) -> None:
        super().__init__(data, **options)
        if len(units) > 1:
            set_choices(self, "unit", unit_choices(units))
        else:
            del self.fields["unit"]
        set_choices(self, "kind", kinds.items(), empty=_("All kinds of documents"))


class SearchForm(forms.Form):
    """The words to search for."""

    words = forms.CharField(label=gettext_lazy("Number, symbol or words"), max_length=200)


class NumberForm(forms.Form):
    """A number to reserve."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    profile = forms.ChoiceField(label=gettext_lazy("Form"), choices=Profile.choices)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of document"), choices=kind_choices)
    dated = DayField(label=gettext_lazy("Day"))
    reason = forms.CharField(label=gettext_lazy("Reason"), max_length=200)


class SecretForm(forms.Form):
    """The day of a secret document, and nothing else."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    dated = DayField(label=gettext_lazy("Day"))


class PaperForm(UploadForm):
    """A document whose original is paper."""

    key = forms.UUIDField(required=False, widget=forms.HiddenInput)
    dated = DayField(label=gettext_lazy("Day"))
    file = forms.FileField(
        label=gettext_lazy("Scan as PDF"),
        required=False,
        help_text=gettext_lazy("Without a scan the document counts as not kept in the store."),
    )

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        number: Number | None = None,
        initial: dict[str, Any],
        **options: Any,
    ) -> None:
        """Take form, kind and day from a reserved `number`, as far as its series says them."""
        fixed: dict[str, Any] = {}
        if number is not None:
            fixed = {"profile": number.series.profile, "dated": number.dated}
            fixed |= {"kind": number.series.kind} if number.series.kind else {}
        super().__init__(data, files, initial=initial | fixed, **options)
        for name in fixed:
            self.fields[name].disabled = True
