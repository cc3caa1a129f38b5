"""Keyed hash of a support record's content, by which a repetition is distinguished from a contradiction.

It covers all inputs of the record, including the particulars of the person. Which record is meant is determined by its key or
by receiver, service and day (`actions.records`).
"""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from doanso.lib import encryption
from doanso.lib.canonical import canonical
from doanso.people.actions import BusinessInput, Particulars
from doanso.support.record_inputs import Helper, SupportRecordInput

_CONTEXT = "support.help.content"


def content_hash(unit_id: UUID, inputs: SupportRecordInput) -> str:
    """Return the hash to store: scheme 2, whose tuple is this list in this order."""
    text = canonical(
        "support.help",
        2,
        unit_id,
        inputs.service,
        inputs.happened_on,
        _person(inputs.person),
        _business(inputs.business),
        inputs.to_business,
        _helper(inputs.helper),
        _helper(inputs.second),
        str(inputs.source),
    )
    return encryption.look_up(text, context=_CONTEXT)


def is_content(stored_hash: str, unit_id: UUID, inputs: SupportRecordInput) -> bool:
    """Return whether a stored hash, of any scheme, is that of these inputs."""
    return stored_hash == content_hash(unit_id, inputs) or stored_hash == encryption.look_up(
        _scheme_1(unit_id, inputs), context=_CONTEXT
    )


def _person(person: Particulars | None) -> tuple[object, ...] | None:
    if person is None:
        return None
    return (
        person.name,
        person.gender,
        person.birth_date,
        person.birth_year,
        person.phone,
        person.citizen_id,
        person.email,
        person.address,
        person.neighbourhood_id,
        person.household_id,
    )


def _business(business: BusinessInput | None) -> tuple[object, ...] | None:
    if business is None:
        return None
    return (
        business.name,
        business.kind_of_trade,
        business.phone,
        business.address,
        business.neighbourhood_id,
        business.owner_id,
        business.house_number,
        business.street,
        business.key,
    )


def _helper(helper: Helper | None) -> tuple[object, ...] | None:
    return (helper.name, helper.kind, helper.member_id) if helper is not None else None


# --- Scheme 1 -----------------------------------------------------------------------------------------------------------
# Python's notation of named tuples with the names of classes and fields of that release. These strings never change: records
# stored under them are still sent again.

_NAMES_1 = {"office": "OFFICE", "import": "IMPORT", "visit": "VISIT", "booth": "BOOTH", "referral": "REFERRAL"}
_PERSON_1 = (
    *("name", "gender", "birth_date", "birth_year", "phone", "citizen_id", "email", "address"),
    *("neighbourhood_id", "household_id"),
)
_BUSINESS_1 = (
    *("name", "kind_of_trade", "phone", "address", "neighbourhood_id", "owner_id", "house_number", "street", "key"),
)
_HELPER_1 = ("name", "kind", "member_id")


def _scheme_1(unit_id: UUID, inputs: SupportRecordInput) -> str:
    parts = (
        _value_1(inputs.service),
        _value_1(inputs.happened_on),
        _record_1("Particulars", _PERSON_1, _person(inputs.person)),
        _record_1("BusinessTold", _BUSINESS_1, _business(inputs.business)),
        _value_1(inputs.to_business),
        _record_1("Helper", _HELPER_1, _helper(inputs.helper)),
        _record_1("Helper", _HELPER_1, _helper(inputs.second)),
        f"HelpSource.{_NAMES_1[str(inputs.source)]}",
    )
    return f"{unit_id}|({', '.join(parts)})"


def _record_1(name: str, fields: Sequence[str], values: Sequence[object] | None) -> str:
    if values is None:
        return "None"
    pairs = ", ".join(f"{field}={_value_1(value)}" for field, value in zip(fields, values, strict=True))
    return f"{name}({pairs})"


def _value_1(value: object) -> str:
    if isinstance(value, date):
        return f"datetime.date({value.year}, {value.month}, {value.day})"
    if isinstance(value, UUID):
        return f"UUID('{value}')"
    if isinstance(value, str) and type(value) is not str:
        # The only enumeration in these inputs: the form's default kind of the second helper.
        return f"HelperKind.{str(value).upper()}"
    return repr(value)
