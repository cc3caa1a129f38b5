"""The list of attacks: a name, a builder of the file, and which verdict the file must get, never that of a valid one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from doanso.signing.tests.attacks.making import now, trusted
from doanso.signing.verification import Trust, VerdictState

Build = Callable[[], bytes]


@dataclass(frozen=True)
class Attack:
    """One file that somebody would like to pass for a signed one. `code` is the reason that must be given."""

    name: str
    build: Build
    state: VerdictState
    code: str
    trust: Callable[[], Trust] = trusted
    moment: Callable[[], datetime] = field(default=now)


ATTACKS: dict[str, Attack] = {}


def attack(
    state: VerdictState,
    code: str = "",
    *,
    trust: Callable[[], Trust] = trusted,
    moment: Callable[[], datetime] = now,
) -> Callable[[Build], Build]:
    """Put a builder on the list under its own name."""

    def listed(build: Build) -> Build:
        name = build.__name__
        if name in ATTACKS:
            raise ValueError(name)
        ATTACKS[name] = Attack(name, build, state, code, trust, moment)
        return build

    return listed
