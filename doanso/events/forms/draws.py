"""Forms of a draw: its prizes and public number, entering the number, and reasons that are published."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from doanso.events import rules
from doanso.events.actions import DrawInput, PrizeInput
from doanso.events.forms.fields import EventHourField
from doanso.events.models import Draw, DrawPrize
from doanso.events.rules import draw as draw_rules
from doanso.lib.day_field import DayField
from doanso.lib.form_fields import text_field
from doanso.lib.number_field import WholeNumberField

_FEWEST_ROWS, _SPARE_ROWS = 5, 2
"""Rows of prizes that an empty form shows, and empty ones after those that are filled in."""


class DrawForm(forms.Form):
    """The public number and the prizes of a draw. A prize without a count is one."""

    number_name = text_field(
        gettext_lazy("Public number"),
        rules.LONGEST_PLACE,
        required=True,
        help_text=gettext_lazy(
            "One that everybody will know and nobody can choose, for example: Giải đặc biệt xổ số Tiền Giang."
        ),
    )
    number_day = DayField(label=gettext_lazy("Known on"))
    number_time = EventHourField(label=gettext_lazy("From the hour"))
    claim_note = text_field(
        gettext_lazy("Where and until when prizes are handed over"),
        rules.LONGEST_REASON,
        help_text=gettext_lazy("Stands on the public page, for example: Nhận tại bàn Ban Tổ chức đến 11:00."),
    )
    read = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, draw: Draw | None, prizes: list[DrawPrize], **options: Any) -> None:
        initial = options.pop("initial", {}) | {"read": draw.version if draw is not None else 0}
        if draw is not None:
            names = ("number_name", "number_day", "number_time", "claim_note")
            initial |= {name: getattr(draw, name) for name in names}
        for position, prize in enumerate(prizes, 1):
            initial |= {f"prize_{position}": prize.name, f"count_{position}": prize.count}
        super().__init__(data, initial=initial, **options)
        filled = len(prizes)
        for position in range(1, draw_rules.MOST_PRIZES + 1):
            self.fields[f"prize_{position}"] = text_field(
                _("Prize %(position)s") % {"position": position}, rules.LONGEST_NAME
            )
            self.fields[f"count_{position}"] = WholeNumberField(
                label=_("Number of prizes %(position)s") % {"position": position}, required=False, example=2
            )
            if self.is_bound and (self.data.get(f"prize_{position}") or self.data.get(f"count_{position}")):
                filled = position
        self._shown = min(max(filled + _SPARE_ROWS, _FEWEST_ROWS), draw_rules.MOST_PRIZES)

    def prize_rows(self) -> list[tuple[Any, Any]]:
        """Return name and count of the rows that the page shows."""
        return [(self[f"prize_{position}"], self[f"count_{position}"]) for position in range(1, self._shown + 1)]

    def clean(self) -> dict[str, Any] | None:
        """Add an error to a row with a count and no name, and refuse a draw without a prize."""
        cleaned = super().clean()
        if cleaned is None:
            return None
        named = [position for position in range(1, draw_rules.MOST_PRIZES + 1) if cleaned.get(f"prize_{position}")]
        for position in range(1, draw_rules.MOST_PRIZES + 1):
            if cleaned.get(f"count_{position}") is not None and position not in named:
                self.add_error(f"prize_{position}", forms.ValidationError(_("Write what is won."), code="prize"))
        if not named and not self.errors:
            self.add_error("prize_1", forms.ValidationError(_("Write what is won."), code="prize"))
        return cleaned

    def inputs(self) -> DrawInput:
        """Return the values for the action."""
        cleaned = self.cleaned_data
        prizes = []
        for position in range(1, draw_rules.MOST_PRIZES + 1):
            if name := cleaned[f"prize_{position}"]:
                count = cleaned[f"count_{position}"]
                prizes.append(PrizeInput(name, 1 if count is None else count))
        return DrawInput(
            cleaned["number_name"], cleaned["number_day"], cleaned["number_time"], prizes, cleaned["claim_note"]
        )


class DrawNumberForm(forms.Form):
    """The public number as an officer read it."""

    value = forms.CharField(
        label=gettext_lazy("Digits of the public number"),
        max_length=40,
        help_text=gettext_lazy("Copy them from where they are published, not from a colleague."),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["value"].widget.attrs |= {"inputmode": "numeric", "autocomplete": "off", "placeholder": "083506"}


class DrawReasonForm(forms.Form):
    """Why a draw is withdrawn or a prize drawn again; it is published."""

    reason = text_field(
        pgettext_lazy("draw", "Reason"),
        rules.LONGEST_REASON,
        required=True,
        rows=2,
        help_text=gettext_lazy("Everybody reads it beside the result. Do not name people."),
    )


class DrawMinutesForm(forms.Form):
    """Number and signers of the signed minutes."""

    note = text_field(
        gettext_lazy("Signed minutes"),
        rules.LONGEST_TEXT,
        help_text=gettext_lazy("For example: Biên bản 07-BB/BTC có 3 người ký, gồm 1 người dân."),
    )
