"""What was told of a help, as one keyed hash: a repetition is known from a contradiction by it.

It covers everything that was told of the help, also how the person was written down. It does not say which help is meant:
that is a matter of `rules.identity`.
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from doanso.lib import sealing
from doanso.lib.canonical import canonical
from doanso.people.actions import BusinessTold, Particulars
from doanso.support.record_inputs import Helper, HelpTold

_CONTEXT = "support.help.content"


def content_hash(unit_id: UUID, told: HelpTold) -> str:
    """The hash to keep; scheme 2, whose tuple is this list in this order."""
    text = canonical(
        "support.help",
        2,
        unit_id,
        told.service,
        told.happened_on,
        _person(told.person),
        _business(told.business),
        told.to_business,
        _helper(told.helper),
        _helper(told.second),
        str(told.source),
    )
    return sealing.look_up(text, context=_CONTEXT)


def is_content(kept: str, unit_id: UUID, told: HelpTold) -> bool:
    """Whether a kept hash, of whatever scheme, is one of what is told."""
    return kept == content_hash(unit_id, told) or kept == sealing.look_up(_scheme_1(unit_id, told), context=_CONTEXT)


def _person(one: Particulars | None) -> tuple[object, ...] | None:
    if one is None:
        return None
    return (
        one.name,
        one.gender,
        one.birth_date,
        one.birth_year,
        one.phone,
        one.citizen_id,
        one.email,
        one.address,
        one.neighbourhood_id,
        one.household_id,
    )


def _business(one: BusinessTold | None) -> tuple[object, ...] | None:
    if one is None:
        return None
    return (
        one.name,
        one.kind_of_trade,
        one.phone,
        one.address,
        one.neighbourhood_id,
        one.owner_id,
        one.house_number,
        one.street,
        one.key,
    )


def _helper(one: Helper | None) -> tuple[object, ...] | None:
    return (one.name, one.kind, one.member_id) if one is not None else None


# --- Scheme 1 -----------------------------------------------------------------------------------------------------------
#
# Python's own notation of named tuples, as their classes and fields were called then. Frozen: helps kept under it are still
# told again, and nothing here follows a renaming.

_NAMES_1 = {"office": "OFFICE", "import": "IMPORT", "visit": "VISIT", "booth": "BOOTH", "referral": "REFERRAL"}
_PERSON_1 = (
    *("name", "gender", "birth_date", "birth_year", "phone", "citizen_id", "email", "address"),
    *("neighbourhood_id", "household_id"),
)
_BUSINESS_1 = (
    *("name", "kind_of_trade", "phone", "address", "neighbourhood_id", "owner_id", "house_number", "street", "key"),
)
_HELPER_1 = ("name", "kind", "member_id")


def _scheme_1(unit_id: UUID, told: HelpTold) -> str:
    parts = (
        _value_1(told.service),
        _value_1(told.happened_on),
        _record_1("Particulars", _PERSON_1, _person(told.person)),
        _record_1("BusinessTold", _BUSINESS_1, _business(told.business)),
        _value_1(told.to_business),
        _record_1("Helper", _HELPER_1, _helper(told.helper)),
        _record_1("Helper", _HELPER_1, _helper(told.second)),
        f"HelpSource.{_NAMES_1[str(told.source)]}",
    )
    return f"{unit_id}|({', '.join(parts)})"


def _record_1(name: str, fields: Sequence[str], values: Sequence[object] | None) -> str:
    if values is None:
        return "None"
    told = ", ".join(f"{field}={_value_1(value)}" for field, value in zip(fields, values, strict=True))
    return f"{name}({told})"


def _value_1(value: object) -> str:
    if isinstance(value, date):
        return f"datetime.date({value.year}, {value.month}, {value.day})"
    if isinstance(value, UUID):
        return f"UUID('{value}')"
    if isinstance(value, str) and type(value) is not str:
        # The one enumeration that came here: a form's, for the second helper of whom no kind was chosen.
        return f"HelperKind.{str(value).upper()}"
    return repr(value)
