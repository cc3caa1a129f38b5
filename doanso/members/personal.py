"""Members' data in a person's copy and erasure. The register of members is kept; an active member stays in it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.lib import formats
from doanso.lib.problems import Problem, Refused
from doanso.members.models import Absence, Exemption, Member, MemberState, Post
from doanso.units import queries as units


def copy(person_ids: Collection[UUID]) -> Iterable[tuple[str, str]]:
    """Return stays, offices, days away and exemptions as (title, text)."""
    stays = list(Member.objects.filter(person_id__in=person_ids).order_by("since", "pk"))
    posts = list(Post.objects.filter(person_id__in=person_ids).order_by("since", "pk"))
    unit_names = units.named_units_by_id({row.branch_id for row in stays} | {row.unit_id for row in posts})
    for stay in stays:
        yield _("Membership"), _copied_rows(unit_names[stay.branch_id].name, stay.get_state_display(), stay)
        if stay.card_number:
            yield _("Card number"), stay.card_number
        if stay.joined_on:
            yield _("Joined the Union"), formats.day(stay.joined_on)
    for post in posts:
        yield _("Office"), _copied_rows(unit_names[post.unit_id].name, post.get_kind_display(), post)
    for away in Absence.objects.filter(person_id__in=person_ids, taken_back_at=None).order_by("since"):
        yield _("Away"), _copied_rows(away.get_reason_display(), away.note, away)
    for exempt in Exemption.objects.filter(person_id__in=person_ids, taken_back_at=None).order_by("since"):
        yield _("Exempt from an indicator"), _copied_rows(exempt.indicator, exempt.reason, exempt)


def _copied_rows(first: str, second: str, span: Member | Post | Absence | Exemption) -> str:
    until = formats.day(span.until) if span.until else _("today")
    days = _("from %(since)s to %(until)s") % {"since": formats.day(span.since), "until": until}
    return ", ".join(part for part in (first, second, days) if part)


def erase(person_ids: Collection[UUID]) -> None:
    """Empty the identifying fields of former members; the dated stays remain for the figures. Active members are refused."""
    if Member.objects.filter(person_id__in=person_ids, state=MemberState.ACTIVE).exists():
        message = _("This person is an active member. End the membership first, then erase.")
        raise Refused(Problem("active_member", message))
    Member.kept.filter(person_id__in=person_ids).update(card_number="", joined_on=None)
    Absence.objects.filter(person_id__in=person_ids).update(note="")
    Exemption.objects.filter(person_id__in=person_ids).update(reason=formats.NONE)


def persons_in_register(person_ids: Collection[UUID]) -> Collection[UUID]:
    """Return those of the persons who are or were members: they stay in the register when a programme is over."""
    return set(Member.objects.filter(person_id__in=person_ids).values_list("person_id", flat=True))
