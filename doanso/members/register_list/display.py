"""The values of a row of the members' list as people read them."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.members.models import AbsenceReason, PostKind
from doanso.members.register_list.cells import PRESENT
from doanso.people.models import Gender


def display_values(values: Mapping[str, Any], branch_names: Mapping[str, str]) -> dict[str, str]:
    """Return the values by the codes of the list's columns, without the name; `branch_names` by the primary key as text."""
    gender, post = values.get("gender", ""), values.get("post", "")
    births = values.get("sides") or {"": values.get("birth")}
    return {
        **{code: values.get(code, "") for code in ("phone", "citizen_id", "email", "address", "card")},
        "gender": str(Gender(gender).label) if gender else "",
        "birth": " / ".join(formats.birth(birth) for birth in births.values()),
        "branch": branch_names.get(values.get("branch", ""), ""),
        "joined": formats.birth(values.get("joined")),
        "post": str(PostKind(post).label) if post else "",
        "status": _status(values.get("status", "")),
    }


def _status(status: str) -> str:
    if status in AbsenceReason.values:
        return str(AbsenceReason(status).label)
    return {"temporary": _("Temporary member"), "left": _("Has left"), PRESENT: _("Takes part")}.get(status, "")
