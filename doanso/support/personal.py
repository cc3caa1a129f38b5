"""Support's data in a person's copy and erasure: records keep unit, day, service and grade, and lose everything else.

A stand keeps the helper who is left; one without a helper takes no further entries, see `records.help_problem`.
"""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.db.models import F, Q
from django.utils.translation import gettext as _

from doanso.imports.applied_rows import forget_targets
from doanso.lib import formats
from doanso.lib.problems import Problem, Refused
from doanso.people.models import Contact, Person
from doanso.support.models import (
    Confirmation,
    Dispute,
    Receipt,
    ReceiptLink,
    Recheck,
    Stand,
    StandRecord,
    StandTurn,
    SupportRecord,
)
from doanso.sync.actions.retention import forget_records
from doanso.units import queries as units


def copy(person_ids: Collection[UUID]) -> Sequence[tuple[str, str]]:
    """Return what is stored about these persons (one human being under several rows), as (title, text)."""
    support_records = list(
        SupportRecord.objects.filter(person_id__in=person_ids).select_related("service").order_by("happened_on", "pk")
    )
    stands = list(Stand.objects.filter(_helped_by(person_ids, author="opened_by")).order_by("happened_on", "pk"))
    unit_names = units.named_units_by_id({row.unit_id for row in support_records} | {stand.unit_id for stand in stands})
    rows = [
        (
            _("Help with %(service)s") % {"service": row.service.name},
            _("on %(day)s, by %(unit)s, helped by %(helpers)s")
            % {
                "day": formats.day(row.happened_on),
                "unit": unit_names[row.unit_id].name,
                "helpers": ", ".join(filter(None, [row.helper_name, row.second_helper_name])) or formats.NONE,
            },
        )
        for row in support_records
    ]
    receipts = {row.receipt_id for row in support_records if row.receipt_id is not None}
    rows += [
        (_("Receipt confirmed"), formats.moment(row.made_at))
        for row in Confirmation.objects.filter(receipt_id__in=receipts).order_by("made_at")
    ]
    rows += [
        (_("Receipt disputed"), f"{row.get_reason_display()}, {formats.moment(row.opened_at)}")
        for row in Dispute.objects.filter(receipt_id__in=receipts).order_by("opened_at")
    ]
    rows += [
        (_("Answer to a call-back"), f"{row.get_outcome_display()}, {formats.day(row.settled_on)}")
        for row in Recheck.objects.filter(support_record__in=support_records).exclude(outcome="").order_by("settled_on")
    ]
    rows += [
        (
            _("Helped others at a stand"),
            _("on %(day)s, by %(unit)s, at %(place)s")
            % {"day": formats.day(stand.happened_on), "unit": unit_names[stand.unit_id].name, "place": stand.place},
        )
        for stand in stands
    ]
    return rows


def _helped_by(person_ids: Collection[UUID], *, author: str) -> Q:
    return _is_helper("helper", person_ids, author=author) | _is_helper("second_helper", person_ids, author=author)


def _is_helper(which: str, person_ids: Collection[UUID], *, author: str) -> Q:
    """Return which rows have one of these persons as this helper: as a member, or by the name alone where their own account
    wrote the row. `author` is the column of that account.
    """
    linked = Q(**{f"{which}__person_id__in": person_ids})
    users = list(Person.objects.filter(pk__in=person_ids, user__isnull=False).values_list("user_id", flat=True))
    if not users:
        return linked
    names = set(Contact.objects.filter(person_id__in=person_ids, erased_at=None).values_list("name", flat=True))
    return linked | Q(**{which: None, f"{which}_name__in": names, f"{author}__in": users})


def erase(person_ids: Collection[UUID]) -> None:
    """Remove every reference from records to these persons, as receivers and as helpers; the records stay counted."""
    _forget_turns(person_ids)
    _erase_from_stands(person_ids)
    support_records = SupportRecord.objects.filter(person_id__in=person_ids)
    forget_targets(kind="supports", targets=list(support_records.values_list("pk", flat=True)))
    receipts = list(support_records.exclude(receipt=None).values_list("receipt_id", flat=True).distinct())
    Receipt.objects.filter(pk__in=receipts).update(keys_encrypted=b"", link_lookup=None, code_lookup="")
    ReceiptLink.objects.filter(receipt__in=receipts).delete()
    Confirmation.objects.filter(receipt_id__in=receipts).update(device="")
    Dispute.objects.filter(receipt_id__in=receipts).update(explanation="")
    support_records.update(person=None, contact=None, content_hash="")
    for which in ("helper", "second_helper"):
        helped = SupportRecord.objects.filter(_is_helper(which, person_ids, author="recorded_by"))
        helped.update(**{which: None, f"{which}_name": "", "content_hash": ""})


def _forget_turns(person_ids: Collection[UUID]) -> None:
    """Delete what phones sent of these persons at stands, as receivers and as helpers, while the rows still refer to them."""
    records = SupportRecord.objects.filter(Q(person_id__in=person_ids) | _helped_by(person_ids, author="recorded_by"))
    turns = StandTurn.objects.filter(
        Q(pk__in=StandRecord.objects.filter(support_record__in=records.values("pk")).values("turn"))
        # Its helpers of now, also where all of a turn was recorded before.
        | Q(stand__in=Stand.objects.filter(_helped_by(person_ids, author="opened_by")).values("pk"))
    )
    forget_records(turns.values_list("pk", flat=True))


def _erase_from_stands(person_ids: Collection[UUID]) -> None:
    """Remove these persons from stands that they help at.

    A stand ranks before the names and persons that an erasure has locked by now, so that it does not wait for one.
    """
    expected = set(Stand.objects.filter(_helped_by(person_ids, author="opened_by")).values_list("pk", flat=True))
    if not expected:
        return
    stands = Stand.objects.filter(pk__in=expected).order_by("pk")
    locked = set(stands.select_for_update(skip_locked=True).values_list("pk", flat=True))
    if locked != expected:
        message = _("Somebody is recording at a stand of this person just now; try again in a moment.")
        raise Refused(Problem("stand_busy", message))
    no_second = {"second_helper": None, "second_helper_name": "", "second_helper_kind": "", "second_apart": False}
    of_them = Stand.objects.filter(pk__in=locked)
    of_them.filter(_is_helper("second_helper", person_ids, author="opened_by")).update(**no_second)
    of_them.filter(_is_helper("helper", person_ids, author="opened_by")).update(
        helper=F("second_helper"),
        helper_name=F("second_helper_name"),
        helper_kind=F("second_helper_kind"),
        **no_second,
    )
    of_them.filter(helper_name="").update(link_lookup=None, link_encrypted=b"", link_until=None)
