"""Taking back what was done to a stay by mistake: its end, or the transfer with which it began."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.ledger.actions import move_subject, take_back
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.members import policy, queries, rules
from doanso.members.actions.admission import card_taken, lock_admission
from doanso.members.actions.posts import reinstate_post
from doanso.members.actions.preconditions import require_active
from doanso.members.families import ACTIVE_FAMILY
from doanso.members.models import Absence, Exemption, Member, MemberState, Post, PostEnd
from doanso.people import actions as people_actions
from doanso.people import queries as people


def _require_branch(stay: Member) -> None:
    if stay.branch.until is not None and stay.branch.until <= clock.today():
        message = _("The branch itself has ended since; admit the member to another one.")
        raise Refused(Problem("branch_not_there", message))


def _reinstate_posts(stay: Member) -> None:
    """Restore the posts that ended along with the stay, the newest end first."""
    for end in PostEnd.objects.filter(stay=stay, taken_back_at=None).select_related("post").order_by("-pk"):
        if end.post.taken_back_at is None:
            reinstate_post(end)


def _reopen(stay: Member, also: list[str]) -> None:
    stay.state, stay.until = MemberState.ACTIVE, None
    stay.save(update_fields=["state", "until", *also])
    _reinstate_posts(stay)


def _require_last(stay: Member) -> None:
    """Refuse where the person has come back since: the end is then followed by a transfer or a new stay."""
    if stay.temporary:
        # A person may be a guest in several branches, though not twice in the same.
        other_stays = Member.objects.filter(person_id=stay.person_id, temporary=True, branch_id=stay.branch_id)
    else:
        remained = people.canonical([stay.person_id])[stay.person_id]
        other_stays = Member.objects.filter(person_id__in=people.same_person(remained), temporary=False)
    other_stays = other_stays.exclude(pk=stay.pk)
    if other_stays.filter(state=MemberState.ACTIVE).exists():
        message = _("The person is an active member again; the earlier end can't be taken back any more.")
        raise Refused(Problem("active_again", message))
    if other_stays.filter(recorded_at__gt=stay.recorded_at).exists():
        message = _("The person was admitted again later; the earlier end can't be taken back any more.")
        raise Refused(Problem("admitted_later", message))


@transaction.atomic
def take_back_ending(*, actor: User, member: Member) -> Member:
    """Take back the end of a membership: the stay, and the offices that ended with it, last as if it had not been recorded."""
    lock_admission(branch_id=member.branch_id, number=member.contact.citizen_id_lookup, card_number=member.card_number)
    # The person is locked before the stay, in the order of erasures: one under way would not see an active member.
    people_actions.lock_unerased([member.person_id])
    fresh = queries.lock_stay(member.pk)
    policy.TRANSFER.require(actor, fresh)
    if fresh.state not in rules.ENDINGS:
        raise Refused(Problem("not_ended", _("This membership was not ended; there is nothing to take back.")))
    if fresh.contact.erased_at is not None:
        message = _("What told who this person was has been erased; admit the person anew.")
        raise Refused(Problem("person_erased", message))
    _require_last(fresh)
    _require_branch(fresh)
    holders = Member.objects.filter(state=MemberState.ACTIVE, card_number=fresh.card_number)
    if fresh.card_number and holders.exists():
        raise Refused(card_taken())
    _reopen(fresh, [])
    action = "members.take_back_ending"
    record(actor=actor, action=action, obj=fresh, unit=fresh.branch_id, changed=["state", "until"])
    if not fresh.temporary:
        move_subject(source_id=fresh.pk, on=None, to=None)
    return fresh


def _require_bare(stay: Member) -> None:
    """Refuse while absences or offices are recorded in the wrong branch: an officer takes each of them back first."""
    posts = Post.objects.filter(stay=stay).exists()
    leaves = False
    if not stay.temporary:
        since = Q(person_id=stay.person_id, recorded_at__gte=stay.recorded_at, taken_back_at=None)
        leaves = Absence.objects.filter(since).exists() or Exemption.objects.filter(since).exists()
    if posts or leaves:
        message = _(
            "Days away, exemptions or offices were recorded in the new branch since. Take those back first, then the"
            " transfer; record them again in the old branch where they are right."
        )
        raise Refused(Problem("written_since", message))


def _hand_back(fresh: Member, old: Member) -> list[str]:
    """Copy corrections of the person's data back to the earlier unit's contact; return the names of changed fields."""
    corrected = [name for name in ("joined_on", "card_number") if getattr(old, name) != getattr(fresh, name)]
    for name in corrected:
        setattr(old, name, getattr(fresh, name))
    contact = fresh.contact
    if contact.pk == old.contact_id:
        return corrected
    if contact.updated_at > fresh.recorded_at:
        # Nothing that only the wrong unit knew is copied to the other.
        is_own_contact = contact.created_at == fresh.recorded_at
        people_actions.carry_contact(
            contact=contact, unit_id=old.contact.unit_id, moment=clock.now(), replace=True, add=is_own_contact
        )
    fresh.contact = old.contact
    fresh.save(update_fields=["contact"])
    return corrected


@transaction.atomic
def take_back_transfer(*, actor: User, member: Member) -> Member:
    """Take back a transfer: its new stay is marked as taken back and the stay before it continues; return the latter.

    Attested services and support records were observed all the same and stay. So do corrections of the person's data.
    """
    # Names first: a concurrent match in the wrong unit then finds the contact before it is deleted, or finds none.
    wrong = member.contact
    people_actions.lock_people_and_shops([(wrong.name, wrong.birth_year)], [])
    # Both rows in the order of their keys, as every action locks them; a clock that was set back made the later one's smaller.
    previous_id = Member.objects.filter(pk=member.pk).values_list("previous_id", flat=True).first()
    ids = sorted({member.pk, previous_id or member.pk})
    stays = {stay_id: queries.lock_stay(stay_id) for stay_id in ids}
    old = stays[previous_id] if previous_id is not None else None
    fresh = stays[member.pk]
    policy.TRANSFER.require(actor, fresh)
    if old is None:
        raise Refused(Problem("not_transferred", _("This stay did not begin with a transfer.")))
    if not policy.TRANSFER.allows(actor, old):
        raise PermissionDenied(policy.TRANSFER.name)
    require_active(fresh)
    _require_bare(fresh)
    _require_branch(old)
    fresh.taken_back_at = clock.now()
    fresh.save(update_fields=["taken_back_at"])
    wrong_contact = fresh.contact
    corrected = _hand_back(fresh, old)
    _reopen(old, corrected)
    record_many(
        [
            AuditEventInput(actor, "members.take_back_arrival", fresh, fresh.branch_id, ["taken_back_at"]),
            AuditEventInput(actor, "members.take_back_transfer", old, old.branch_id, ["state", "until", *corrected]),
        ]
    )
    if not fresh.temporary:
        take_back(family=ACTIVE_FAMILY, source_id=fresh.pk)
        move_subject(source_id=old.pk, on=None, to=None)
    if wrong_contact.pk != old.contact_id:
        # This comes last: deleting needs the row's key, which a transaction that wrote about this contact holds until its
        # commit, and that transaction may be waiting for the ledger's subject that is locked in this one.
        people_actions.uncarry_contact(contact=wrong_contact, moment=fresh.recorded_at)
    return old
