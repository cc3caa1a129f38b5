"""Values of a row of the list of people helped, as shown to people."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.people.models import Gender
from doanso.support.support_list.reader import AGREED, PERSON, REFUSED


def display_values(
    values: Mapping[str, Any], services: Mapping[str, str], neighbourhoods: Mapping[str, str]
) -> dict[str, str]:
    """Return the values by the codes of the list's columns, without the receiver's name.

    `services` are names by code, `neighbourhoods` by the primary key as text.
    """
    gender = values.get("gender", "")
    births = values.get("sides") or {"": values.get("birth")}
    done = [(services.get(code, code), formats.day(date.fromisoformat(day))) for code, day in values.get("done", ())]
    days = list(dict.fromkeys(day for _service, day in done))
    return {
        **{code: values.get(code, "") for code in ("phone", "address", "trade", "guardian")},
        **{code: values[code][0] for code in ("helper", "second") if values.get(code)},
        "gender": str(Gender(gender).label) if gender else "",
        "birth": " / ".join(formats.birth(birth) for birth in births.values()),
        "neighbourhood": neighbourhoods.get(values.get("place", ""), ""),
        "service": ", ".join(service if len(days) < 2 else f"{service} ({day})" for service, day in done),
        "day": ", ".join(days),
        "consent": _consent(values) if values["to"] == PERSON else "",
        "recheck": _("agrees") if values["to"] == PERSON and "recheck" in values.get("purposes", ()) else "",
    }


def _consent(values: Mapping[str, Any]) -> str:
    return {AGREED: _("agrees"), REFUSED: _("does not agree")}.get(values.get("consent", ""), _("consent not told"))
