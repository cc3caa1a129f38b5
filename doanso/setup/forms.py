"""Forms of the first setup, and of the words of consent."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import clock, vietnamese
from doanso.lib.day_field import DayField
from doanso.lib.form_fields import text_field
from doanso.lib.names import name_problem
from doanso.people.actions import ConsentWords
from doanso.setup import rules
from doanso.setup.rules import CommitteeKind
from doanso.units import official
from doanso.units.official import OfficialPlace

MOST_PLACES = 12


def _words(name: str) -> list[str]:
    return vietnamese.fold(name).split()


class SetupCodeForm(forms.Form):
    """The code that was printed in the terminal."""

    code = forms.CharField(
        label=gettext_lazy("Code from the terminal"),
        help_text=gettext_lazy("Twelve letters and digits, like 7KQ2-M4XD-9RTB. Dashes may be left out."),
        max_length=40,
        widget=forms.TextInput(
            attrs={
                "autocomplete": "one-time-code",
                "autocapitalize": "characters",
                "spellcheck": "false",
                "autofocus": "",
            }
        ),
    )


class CommitteeForm(forms.Form):
    """Which committee runs the installation: kind, first day, official place, name."""

    kind = forms.ChoiceField(
        label=gettext_lazy("Committee of the Youth Union"),
        choices=[(kind.value, kind.label) for kind in CommitteeKind],
        widget=forms.RadioSelect,
    )
    since = DayField(
        label=gettext_lazy("Figures begin on"),
        help_text=gettext_lazy(
            "The first day of your programme or earlier. Before 01/07/2025 the old wards and communes apply."
        ),
    )
    q = forms.CharField(
        label=gettext_lazy("Ward, commune, city or province"),
        help_text=gettext_lazy("Type a name, with or without accents, and choose it from the official list."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": " "}),
    )
    place = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    name = forms.CharField(
        label=gettext_lazy("Name of the committee"),
        help_text=gettext_lazy("Empty: named after the place, like Đoàn phường Đạo Thạnh."),
        required=False,
        max_length=160,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places: list[OfficialPlace] = []

    def find(self) -> None:
        """Fill `places` with what the typed text may mean, best first."""
        kind, since = self.cleaned_data.get("kind"), self.cleaned_data.get("since")
        if kind is None or since is None:
            return
        text = self.cleaned_data.get("q", "").strip()
        found = official.find_places(text, era=official.era_of(since), limit=400) if text else []
        self.places = [place for place in found if self._is_of_kind(place, kind)][:MOST_PLACES]

    @staticmethod
    def _is_of_kind(place: OfficialPlace, kind: str) -> bool:
        if len(place.code) != rules.CODE_DIGITS[CommitteeKind(kind)]:
            return False
        return kind not in (CommitteeKind.WARD, CommitteeKind.COMMUNE) or (kind == CommitteeKind.WARD) == (
            place.kind == "phường"
        )

    @staticmethod
    def _has_no_such_level(cleaned: dict[str, Any]) -> bool:
        return cleaned["kind"] == CommitteeKind.CITY and official.era_of(cleaned["since"]) == official.Era.SINCE_2025

    def _likely(self, text: str) -> str:
        """Return the code of the only place found, or of the only one that is called just so; else ""."""
        typed = vietnamese.fold(text).split()
        called_so = [
            place for place in self.places if typed in (_words(place.name), _words(place.bare_name))
        ] or self.places
        return called_so[0].code if len(called_so) == 1 else ""

    def clean_since(self) -> date:
        since: date = self.cleaned_data["since"]
        if problem := rules.since_problem(since, clock.today()):
            raise forms.ValidationError(problem.message)
        return since

    def clean_name(self) -> str:
        name = vietnamese.tidy_name(self.cleaned_data["name"])
        if problem := name_problem(name):
            raise forms.ValidationError(problem.message)
        return name

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        self.find()
        chosen = cleaned.get("place", "")
        if chosen and chosen not in {place.code for place in self.places}:
            cleaned["place"] = ""
            chosen = ""
        if not chosen and (likely := self._likely(cleaned.get("q", ""))):
            cleaned["place"] = chosen = likely
        if self.errors or chosen or cleaned.get("name"):
            return cleaned
        if self.places:
            self.add_error("q", _("Choose the one you mean from the list below."))
        elif cleaned.get("q") and self._has_no_such_level(cleaned):
            self.add_error(
                "q",
                _(
                    "Since 01/07/2025 there are no districts and no cities below a province. Write the name below, or let the"
                    " figures begin earlier."
                ),
            )
        elif cleaned.get("q"):
            self.add_error(
                "q", _("No such place in the official list of that day. Try fewer words, or write the name below.")
            )
        else:
            self.add_error(
                "q", _("Type the place's name, for instance “Đạo Thạnh”, or write the committee's name below.")
            )
        return cleaned


def _decided_by() -> forms.CharField:
    return text_field(
        gettext_lazy("Who decided?"),
        160,
        required=True,
        help_text=gettext_lazy("The body or the officer, with the day. For instance: Ban Thường vụ, ngày 10/01/2026."),
    )


class ConsentApprovalForm(forms.Form):
    """Approve the words as they were read; `version` is theirs."""

    version = forms.CharField(max_length=40, widget=forms.HiddenInput)
    decided_by = _decided_by()


class ConsentTextForm(forms.Form):
    """The words of consent to be changed: title, what is read out, and the sentence of each purpose."""

    version = forms.CharField(max_length=40, widget=forms.HiddenInput)
    title = text_field(gettext_lazy("Heading"), 160, required=True)
    body = text_field(
        gettext_lazy("What people read"),
        20_000,
        required=True,
        rows=14,
        help_text=gettext_lazy("An empty line begins a new paragraph."),
    )

    def __init__(self, data: Any = None, *, words: ConsentWords) -> None:
        initial = {"version": words.version, "title": words.title, "body": words.body}
        super().__init__(data, initial=initial)
        self._purposes = {f"purpose-{purpose.code}": purpose.code for purpose in words.purposes}
        for purpose in words.purposes:
            field = text_field(purpose.name, 300, required=True, rows=2, initial=purpose.sentence)
            self.fields[f"purpose-{purpose.code}"] = field
        self.fields["decided_by"] = _decided_by()

    def sentences(self) -> dict[str, str]:
        """Return the sentence of each purpose."""
        return {code: self.cleaned_data[name] for name, code in self._purposes.items()}
