"""The trial copy as the web process sees it: its state, and requests to the supervisor that builds and removes it."""

import json
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.models import RoleAssignment
from doanso.audit.actions import record
from doanso.lib.problems import Problem, Refused
from doanso.setup import policy, trial_folder
from doanso.setup.trial_folder import BUILDING, READY, REMOVING


@dataclass(frozen=True, slots=True)
class TrialSignIn:
    """One account of the trial copy, with the password that a demo prints."""

    role: str
    username: str
    password: str
    place: str


@dataclass(frozen=True, slots=True)
class TrialCopy:
    """The trial copy: `state` is "" where there is none, and `is_offered` says whether the supervisor can open one."""

    state: str
    is_offered: bool
    port: int = 0
    sign_ins: list[TrialSignIn] = field(default_factory=list)

    @property
    def is_changing(self) -> bool:
        """Whether the state changes by itself soon."""
        return self.state in (BUILDING, REMOVING)


def trial_copy() -> TrialCopy:
    """Return the state of the trial copy; reads two small files and executes no statement."""
    state = trial_folder.read_state(settings.DATA)
    name = str(state.get("state", ""))
    # What was asked for is taken up within a moment.
    request = trial_folder.waiting_request(settings.DATA)
    if request == trial_folder.REMOVE:
        name = REMOVING
    elif request == trial_folder.OPEN and not name:
        name = BUILDING
    port = state.get("port", 0)
    sign_ins = _sign_ins() if name == READY else []
    return TrialCopy(name, settings.TRIAL_OFFERED, port if isinstance(port, int) else 0, sign_ins)


def _sign_ins() -> list[TrialSignIn]:
    path = settings.DATA / trial_folder.FOLDER / trial_folder.COPY / trial_folder.SIGN_INS
    try:
        rows = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return [TrialSignIn(row["role"], row["username"], row["password"], row["place"]) for row in rows]


def ask_supervisor(*, role_assignment: RoleAssignment, request: str) -> None:
    """Ask the supervisor to open or to remove the trial copy; refused where none runs."""
    policy.SET_UP.require_at(role_assignment.user, role_assignment.unit)
    if not settings.TRIAL_OFFERED:
        message = _(
            "Here a trial copy cannot be opened by a button. On the server:  ./dev demo --data /tmp/doan-so-thu"
        )
        raise Refused(Problem("trial_not_offered", message))
    action = "setup.open_trial" if request == trial_folder.OPEN else "setup.remove_trial"
    with transaction.atomic():
        record(actor=role_assignment.user, action=action, obj=role_assignment.unit, unit=role_assignment.unit_id)
    trial_folder.write_request(settings.DATA, request)
