"""Actions on mandates to sign and on stand-ins."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.kinds import kind_named
from doanso.documents.models import Mandate, StandIn, Wording
from doanso.documents.rules import routing as rules
from doanso.lib import clock
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit


@transaction.atomic
def give_mandate(
    *,
    actor: User,
    unit: Unit,
    user: User,
    wording: str,
    body: str,
    post: str,
    since: date,
    until: date | None = None,
    kinds: Sequence[str] = (),
    paper: str = "",
) -> Mandate:
    """Give a person the authority to sign for a unit. A person whose only authority is a mandate (TUQ.) cannot give it on."""
    policy.MANAGE.require_at(actor, unit)
    if wording not in Wording.values:
        raise Refused(Problem("mandate_wording", _("Choose one of the listed ways."), "wording"))
    refuse(rules.give_mandate_problem(wording, paper=paper, since=since, until=until))
    if not post.strip():
        raise Refused(Problem("mandate_post", _("Name the post in which the person signs."), "post"))
    refuse(name_problem(post, "post") or name_problem(body, "body"))
    if wording in _FOR_A_BODY and not body.strip():
        raise Refused(Problem("mandate_body", _("Name the body for which the person signs."), "body"))
    if not policy.VIEW.allows_at(user, unit):
        raise Refused(Problem("mandate_stranger", _("Choose somebody who sees documents of this unit."), "user"))
    for code in kinds:
        kind_named(code)
    if wording == Wording.TUQ and _only_by_mandate(actor, unit):
        message = _("Who signs by mandate cannot pass that authority on.")
        raise Refused(Problem("mandate_passed_on", message, "wording"))
    mandate = Mandate.objects.create(
        unit=unit,
        user=user,
        wording=wording,
        body=body.strip().upper(),
        post=post.strip().upper(),
        kinds=sorted(set(kinds)),
        paper=paper.strip(),
        since=since,
        until=until,
        given_by=actor,
        given_at=clock.now(),
    )
    record(actor=actor, action="documents.give_mandate", obj=mandate, unit=unit)
    return mandate


_FOR_A_BODY = frozenset({Wording.TM, Wording.TL, Wording.TUQ, Wording.KT})


def _only_by_mandate(actor: User, unit: Unit) -> bool:
    today = clock.today()
    mandates = Mandate.objects.filter(unit=unit, user=actor, since__lte=today).exclude(until__lt=today)
    wordings = set(mandates.values_list("wording", flat=True))
    return wordings == {Wording.TUQ.value}


@transaction.atomic
def end_mandate(*, actor: User, mandate: Mandate, until: date) -> Mandate:
    """End an authority on a day; documents signed under it stay signed."""
    fresh = Mandate.objects.select_for_update(of=("self",)).select_related("unit").get(pk=mandate.pk)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.give_mandate_problem(fresh.wording, paper=fresh.paper, since=fresh.since, until=until))
    if fresh.until is None or until < fresh.until:
        fresh.until = until
        fresh.save(update_fields=["until"])
        record(actor=actor, action="documents.end_mandate", obj=fresh, unit=fresh.unit_id, changed=["until"])
    return fresh


@transaction.atomic
def set_stand_in(
    *, actor: User, unit: Unit, user: User, deputy: User, since: date, until: date, reason: str
) -> StandIn:
    """Name the user who decides a person's steps during an absence; done by that person or by a manager of the unit's
    documents.
    """
    if actor.pk != user.pk:
        policy.MANAGE.require_at(actor, unit)
    refuse(rules.stand_in_problem(user.pk, deputy.pk, since, until, clock.today()))
    refuse(rules.words_problem(reason, needed=True))
    for person in (user, deputy):
        if not policy.VIEW.allows_at(person, unit):
            raise Refused(Problem("stand_in_stranger", _("Choose somebody who sees documents of this unit."), "deputy"))
    stand_in = StandIn.objects.create(
        unit=unit,
        user=user,
        deputy=deputy,
        since=since,
        until=until,
        reason=reason.strip()[:200],
        set_by=actor,
        set_at=clock.now(),
    )
    record(actor=actor, action="documents.set_stand_in", obj=stand_in, unit=unit)
    return stand_in


@transaction.atomic
def end_stand_in(*, actor: User, stand_in: StandIn) -> StandIn:
    """End a stand-in with today as its last day; delete one that has not begun."""
    fresh = StandIn.objects.select_for_update(of=("self",)).select_related("unit").get(pk=stand_in.pk)
    if actor.pk != fresh.user_id:
        policy.MANAGE.require(actor, fresh)
    today = clock.today()
    if fresh.until > today:
        fresh.until = max(today, fresh.since)
        fresh.save(update_fields=["until"])
        record(actor=actor, action="documents.end_stand_in", obj=fresh, unit=fresh.unit_id, changed=["until"])
    return fresh
