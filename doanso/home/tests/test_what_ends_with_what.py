"""What an officer ends takes with it what hangs on it: the table of docs/access.md, line by line."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from doanso.access import actions as access
from doanso.access import queries as access_queries
from doanso.access.models import ApiToken, RoleAssignment
from doanso.access.policy import sees_personal
from doanso.access.queries.invitations import open_invitation
from doanso.accounts import actions as accounts
from doanso.accounts.models import User
from doanso.accounts.queries import open_codes
from doanso.documents import signature_fields
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.outreach import card_keys
from doanso.outreach.actions import cards, teams
from doanso.outreach.actions.cards import CardProof
from doanso.outreach.tests.conftest import Outing, outing  # noqa: F401
from doanso.signing.queries import session_by_secret
from doanso.signing.tests.conftest import Desk, trust
from doanso.support.actions import close_stand
from doanso.support.tests.conftest import Ward, ward  # noqa: F401
from doanso.support.tests.stands.conftest import AtStand
from doanso.sync.actions import register_device, reinstate_device, revoke_device
from doanso.sync.models import Device
from doanso.testing import TODAY, Tree, signed_in

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[3] / "docs" / "access.md"
REASON = "Kiểm tra đơn phản ánh ngày 3/11"


@dataclass(frozen=True)
class Tie:
    """Something that works before its ground is ended, and must not afterwards."""

    works: Callable[[], bool]
    end: Callable[[], object]
    # Gives the ground again; None where nothing does.
    again: Callable[[], object] | None = None


def _role(user: User) -> RoleAssignment:
    return user.role_assignments.get()


def _by_role(tree: Tree, user: User, works: Callable[[], bool], *, by: User) -> Tie:
    """Return the tie to a role that is ended and given again on the same day."""
    held = _role(user)
    return Tie(
        works,
        lambda: access.end_role(actor=by, role_assignment=held),
        lambda: access.grant_role(actor=by, user=user, role=held.role, unit=held.unit),
    )


def _by_account(user: User, works: Callable[[], bool], *, by: User) -> Tie:
    """Return the tie to an account that is closed and opened again."""
    return Tie(
        works,
        lambda: access.set_account_open(actor=by, user=user, is_open=False),
        lambda: access.set_account_open(actor=by, user=user, is_open=True),
    )


def _token(user: User) -> Callable[[], bool]:
    token = access.issue_token(actor=user, role_assignment=_role(user), name="Trang web", days=30)
    assert ApiToken.objects.filter(role_assignment__user=user).count() == 1
    return lambda: access_queries.token_actor(token, "progress:read") is not None


def _administration(tree: Tree) -> tuple[User, Callable[[], bool]]:
    access.grant_role(actor=tree.giang, user=tree.minh, role="city-administrator", unit=tree.units["my-tho"])
    access.begin_administration(actor=_fresh(tree.minh), unit=tree.units["my-tho"], reason=REASON, minutes=30)
    return tree.minh, lambda: access_queries.open_administration(tree.minh) is not None


def _invitation(tree: Tree) -> tuple[Any, Callable[[], bool]]:
    inputs = [access.InvitationInput(tree.units["p4-kp1"], "branch-secretary")]
    [issued] = access.invite(actor=tree.an, batch=uuid4(), inputs=inputs)
    return issued.invitation, lambda: open_invitation(issued.secret) is not None


def _phone(user: User, *, code: str = "") -> tuple[Device, Callable[[], bool]]:
    registration = register_device(actor=user, device_id=uuid7(), name="Máy")
    phone = Client(headers={"Authorization": f"Bearer {registration.token}"})

    def has_pack() -> bool:
        answer = phone.get("/api/v1/pack")
        if answer.status_code == 200:
            return True
        assert answer.json()["code"] == code
        assert ("wipe" in answer.json()) == (code == "device_revoked")
        return False

    return registration.device, has_pack


def _session(user: User) -> Callable[[], bool]:
    client = signed_in(user)
    return lambda: client.get("/api/v1/devices/me").json()["signed_in"]


def _fresh(user: User) -> User:
    return User.objects.get(pk=user.pk)


# --- The lines of the table -------------------------------------------------------------------------------------------


def _phone_and_token(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    device, has_pack = _phone(tree.lan, code="device_revoked")
    return Tie(has_pack, lambda: revoke_device(actor=tree.an, device=device))


def _phone_and_sessions(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    device, _has_pack = _phone(tree.lan)
    return Tie(
        _session(tree.lan),
        lambda: revoke_device(actor=tree.an, device=device),
        lambda: reinstate_device(actor=tree.an, device=device),
    )


def _role_and_tokens(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    access.grant_role(actor=tree.dung, user=tree.minh, role="unit-secretary", unit=tree.units["p4"])
    return _by_role(tree, tree.minh, _token(_fresh(tree.minh)), by=tree.dung)


def _role_and_administration(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    user, works = _administration(tree)
    return _by_role(tree, user, works, by=tree.giang)


def _role_and_unmasking(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    access.grant_role(actor=tree.giang, user=tree.minh, role="inspector", unit=tree.units["my-tho"])
    access.unmask(actor=_fresh(tree.minh), unit=tree.units["p4"], reason=REASON, minutes=30)

    def sees() -> bool:
        user = _fresh(tree.minh)
        return user.role_assignments.exists() and sees_personal(user, tree.units["p4"])

    held = _role(tree.minh)

    def end_and_grant() -> None:
        access.end_role(actor=tree.giang, role_assignment=held)
        # Without a role the inspector sees no row at all; what counts is what the next role shows.
        access.grant_role(actor=tree.giang, user=tree.minh, role="inspector", unit=tree.units["my-tho"])

    return Tie(sees, end_and_grant)


def _role_and_invitations(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    _invitation_row, works = _invitation(tree)
    return _by_role(tree, tree.an, works, by=tree.dung)


def _role_and_phones(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    _device, has_pack = _phone(tree.lan, code="device_paused")
    return Tie(has_pack, lambda: access.end_role(actor=tree.an, role_assignment=_role(tree.lan)))


def _begun_signature(tree: Tree, signer_name: str) -> Callable[[], bool]:
    """Begin a signature of a document and return whether its agent still gets the file."""
    trust()
    desk = Desk(tree)
    secret = desk.begin(desk.certificate(signer_name), owner_kind=signature_fields.DOCUMENT).secret
    return lambda: session_by_secret(secret) is not None


def _role_and_seal(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    return Tie(_begun_signature(tree, "ward"), lambda: access.end_role(actor=tree.dung, role_assignment=_role(tree.an)))


def _account_and_signature(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    works = _begun_signature(tree, "an")
    return Tie(works, lambda: access.set_account_open(actor=tree.dung, user=tree.an, is_open=False))


def _account_and_sessions(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    return _by_account(tree.lan, _session(tree.lan), by=tree.an)


def _account_and_tokens(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    return _by_account(tree.an, _token(tree.an), by=tree.dung)


def _account_and_own_codes(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    accounts.issue_code(actor=tree.an, user=tree.lan)
    return _by_account(tree.lan, lambda: open_codes(tree.lan).exists(), by=tree.an)


def _account_and_issued_codes(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    accounts.issue_code(actor=tree.an, user=tree.lan)
    return _by_account(tree.an, lambda: open_codes(tree.lan).exists(), by=tree.dung)


def _account_and_administration(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    user, works = _administration(tree)
    return _by_account(user, works, by=tree.giang)


def _account_and_invitations(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    _invitation_row, works = _invitation(tree)
    return _by_account(tree.an, works, by=tree.dung)


def _account_and_phones(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    _device, has_pack = _phone(tree.lan, code="device_paused")
    return Tie(has_pack, lambda: access.set_account_open(actor=tree.an, user=tree.lan, is_open=False))


def _invitation_and_link(tree: Tree, _outing: Outing, _ward: Ward) -> Tie:
    invitation, works = _invitation(tree)
    return Tie(works, lambda: access.withdraw_invitation(actor=tree.an, invitation=invitation))


def _card_of(day: Outing) -> Callable[[], bool]:
    """Issue Út a card and return whether it proves anything today."""
    card = cards.issue_card(actor=day.tree.an, teammate_id=day.mates["ut"].pk, until=TODAY.replace(year=2024))
    secret = card_keys.keys_of(card).secret

    def proves() -> bool:
        [checked] = cards.check_proofs(unit=day.ward, proofs=[CardProof(None, "card", secret, TODAY)])
        return checked.problem == ""

    return proves


def _term_and_card(tree: Tree, day: Outing, _ward: Ward) -> Tie:
    mate = day.mates["ut"].pk
    return Tie(_card_of(day), lambda: teams.end_term(actor=tree.an, teammate_id=mate, on=TODAY))


def _helps(user: User) -> bool:
    return access_queries.current_or_future_roles(_fresh(user)) == {"helper"}


def _term_and_role(tree: Tree, day: Outing, _ward: Ward) -> Tie:
    mate = day.mates["lan"].pk
    return Tie(lambda: _helps(tree.lan), lambda: teams.end_term(actor=tree.an, teammate_id=mate, on=TODAY))


def _team_and_its_people(tree: Tree, day: Outing, _ward: Ward) -> Tie:
    proves = _card_of(day)
    return Tie(
        lambda: proves() or _helps(tree.lan),
        lambda: teams.end_team(actor=tree.an, team_id=day.team.pk, on=TODAY),
    )


def _stand_and_link(tree: Tree, _outing: Outing, place: Ward) -> Tie:
    at_stand = AtStand(place)
    at_stand.enter()

    def opens() -> bool:
        try:
            at_stand.enter(network="10.0.0.2")
        except Refused:
            return "waiting" in {state for _number, state in at_stand.states()}
        return True

    return Tie(opens, lambda: close_stand(actor=tree.an, stand_id=at_stand.stand.pk))


TIES = {
    ("a phone", "its token and pack"): _phone_and_token,
    ("a phone", "sessions of its holder"): _phone_and_sessions,
    ("a role", "tokens issued under it"): _role_and_tokens,
    ("a role", "timed administration"): _role_and_administration,
    ("a role", "names shown to an inspector"): _role_and_unmasking,
    ("a role", "invitations its holder sent"): _role_and_invitations,
    ("a role", "phones of its holder"): _role_and_phones,
    ("a role", "a seal that was begun"): _role_and_seal,
    ("an account", "its sessions"): _account_and_sessions,
    ("an account", "its tokens"): _account_and_tokens,
    ("an account", "codes for its password"): _account_and_own_codes,
    ("an account", "codes it issued to others"): _account_and_issued_codes,
    ("an account", "timed administration"): _account_and_administration,
    ("an account", "invitations it sent"): _account_and_invitations,
    ("an account", "its phones"): _account_and_phones,
    ("an account", "a signature that was begun"): _account_and_signature,
    ("an invitation", "its link"): _invitation_and_link,
    ("a term in a team", "the card"): _term_and_card,
    ("a term in a team", "the role of its sign-in"): _term_and_role,
    ("a team", "cards and roles of its people"): _team_and_its_people,
    ("a stand", "its link and who waits"): _stand_and_link,
}


def test_the_table_lists_exactly_what_is_proved_here() -> None:
    text = DOCUMENT.read_text(encoding="utf-8").partition("| ended |")[2].partition("\n\n")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()[2:]]
    assert [(ended, hanging) for ended, hanging, _outcome in rows] == list(TIES)


@pytest.mark.parametrize("tied", TIES, ids=" - ".join)
def test_it_ends_with_its_ground_and_stays_ended(tied: tuple[str, str], tree: Tree, request: Any) -> None:
    needs_outing, needs_ward = tied[0] in {"a term in a team", "a team"}, tied[0] == "a stand"
    tie = TIES[tied](
        tree,
        request.getfixturevalue("outing") if needs_outing else None,
        request.getfixturevalue("ward") if needs_ward else None,
    )
    assert tie.works()
    tie.end()
    assert not tie.works()
    if tie.again is not None:
        tie.again()
        assert not tie.works()
