"""The first setup: issue and check the one-time code, create the committee with its first administrator; the checklist."""

import hmac
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.actions import grant_role
from doanso.access.models import Role
from doanso.accounts import actions as accounts
from doanso.accounts import throttle
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem, Refused, refuse
from doanso.setup import policy, queries, rules
from doanso.setup.models import ChecklistDismissal, SetupCode
from doanso.units import actions as units
from doanso.units import official
from doanso.units.models import Unit

NOTE = "setup"
"""The actor that the audit log names: who sets up has no account yet."""


@dataclass(frozen=True, slots=True)
class CommitteeInput:
    """The committee that runs the installation; `place` is an official code, or empty for a place that is not listed."""

    kind: str
    name: str
    place: str
    since: date


@dataclass(frozen=True, slots=True)
class AdministratorInput:
    """The first administrator."""

    display_name: str
    username: str
    password: str


def issue_setup_code() -> str | None:
    """Create and return the code that opens the setup, shown only now; earlier ones become void. None once set up."""
    with transaction.atomic():
        if queries.is_set_up():
            return None
        SetupCode.objects.filter(used_at=None).delete()
        code = rules.new_code()
        SetupCode.objects.create(code_hash=queries.code_hash(code), issued_at=clock.now())
        return code


def check_setup_code(*, code: str, network: str) -> UUID:
    """Return the id of the open code if this is the one; it stays valid until the setup is complete.

    Wrong tries are counted by the network address and by all together, and delay further ones.
    """
    attempt = throttle.begin_setup_code(network=network)
    typed = queries.code_hash(rules.clean_code(code))
    open_code = SetupCode.objects.filter(used_at=None).order_by("-issued_at").first()
    # Compared also without an open code, so that the time says nothing.
    fits = hmac.compare_digest(open_code.code_hash if open_code is not None else "0" * 64, typed)
    if open_code is None or not fits:
        message = _(
            "This is not the code that was printed last. Look at the terminal in which Đoàn Số was started; "
            "each start prints a new one."
        )
        raise Refused(Problem("setup_code_wrong", message, "code"))
    throttle.uncount_try(attempt)
    return open_code.pk


def complete_setup(*, code_id: UUID, committee: CommitteeInput | None, administrator: AdministratorInput) -> User:
    """Create the committee and its first administrator, and use the code up; all of it or nothing.

    `committee` is None where units were loaded before. Of two browsers that come at once, one is refused: the code's row is
    written on a condition, for which the second waits.
    """
    accounts.require_good_password(
        User(username=administrator.username, display_name=administrator.display_name), administrator.password
    )
    with transaction.atomic():
        used = SetupCode.objects.filter(pk=code_id, used_at=None).update(used_at=clock.now())
        if not used or queries.is_set_up():
            raise Refused(rules.setup_over())
        existing = queries.committee()
        if existing is None and committee is None:
            raise Refused(rules.setup_over())
        unit = existing.unit if existing is not None else _create_committee(committee)
        user = accounts.create_user(
            actor=None,
            username=administrator.username,
            display_name=administrator.display_name,
            password=administrator.password,
            unit_id=unit.pk,
            note=NOTE,
        )
        grant_role(actor=None, user=user, role=Role.CITY_ADMINISTRATOR, unit=unit, note=NOTE)
        record(actor=user, action="setup.complete", obj=unit, unit=unit)
        return user


def _create_committee(committee: CommitteeInput | None) -> Unit:
    assert committee is not None  # noqa: S101 -- checked by the caller
    refuse(rules.since_problem(committee.since, clock.today()))
    place = official.place_by_code(committee.place, official.era_of(committee.since)) if committee.place else None
    name = vietnamese.tidy_name(committee.name) or (rules.committee_name(place) if place is not None else "")
    if not name:
        raise Refused(Problem("committee_name_missing", _("Write the committee's name, or choose its place."), "name"))
    return units.found_root(
        actor=None,
        code=rules.unit_code(name, place),
        kind=committee.kind,
        name=name,
        short_name=rules.short_name(name),
        since=committee.since,
        note=NOTE,
    )


def put_checklist_away(*, actor: User, unit: Unit) -> None:
    """Take the checklist off the first page of the committee's administrators; its own page stays."""
    policy.SET_UP.require_at(actor, unit)
    ChecklistDismissal.objects.get_or_create(unit=unit, defaults={"dismissed_by": actor, "dismissed_at": clock.now()})


def show_checklist_again(*, actor: User, unit: Unit) -> None:
    """Show the checklist on the first page again, as long as a step is open."""
    policy.SET_UP.require_at(actor, unit)
    ChecklistDismissal.objects.filter(unit=unit).delete()
