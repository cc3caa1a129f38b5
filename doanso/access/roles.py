"""The permissions of each role with their scope: the unit's subtree, the units below, the unit alone, or the actor's
own record.

docs/access.md documents the same table; a test compares both with every route.
"""

from enum import StrEnum

from doanso.access.models import Role


class Scope(StrEnum):
    """The scope of a granted permission."""

    SUBTREE = "subtree"
    # The units below and not the unit itself: for reviewing the work of others.
    BELOW = "below"
    # The unit itself and nothing below: a seal of the city is not a seal of its wards.
    HERE = "here"
    OWN = "own"


_READ = {
    "units.view",
    "members.view",
    "adoption.view",
    "support.view",
    "targets.view",
    "reports.view",
    "outreach.view",
    "documents.view",
    "signing.view",
    "results.view",
    "places.view",
    "cashless.view",
    "events.view",
    "audit.view",
}
_RECORD = {
    "members.admit",
    "members.change",
    "members.transfer",
    "members.export",
    "imports.run",
    "adoption.attest",
    "support.record",
    "support.open_stand",
    "support.keep_stand",
    "results.record",
    "places.record",
}
_VISIT = {"outreach.record", "outreach.refer", "sync.bring", "cashless.check", "events.check_in"}
_ASKED = {"assignments.view", "assignments.handle"}
# A unit's documents are written, received and sealed in the unit itself.
_PAPERS = {"documents.draft", "documents.receive", "documents.keep_book"}
_SEAL = {"documents.issue", "documents.manage"}
# Each unit decides itself whose key signs in its name.
_SIGN = {"signing.keep", "signing.seal"}
_OFFICE = {
    "access.grant",
    "access.reset_password",
    "access.issue_token",
    "members.exempt",
    "people.view",
    "people.record_consent",
    "people.view_requests",
    "people.handle_requests",
    "adoption.recheck",
    "support.decide",
    "targets.allocate",
    "reports.write",
    "documents.set_letterhead",
    "reports.keep_layouts",
    "outreach.amend",
    "outreach.manage",
    "partners.view",
    "partners.manage",
    "sync.decide",
    "sync.manage_devices",
    "sync.reinstate_devices",
    "places.manage",
    "events.manage",
    "cashless.manage",
    "cashless.approve",
}
_CITY = {
    "support.recheck",
    "people.settle_duplicates",
    "people.merge",
    "targets.load",
    "organisation.preview",
    "reports.decide",
    "results.attest",
    "places.assess",
    "places.set_criteria",
}

LEADING_ROLES = frozenset({Role.CITY_ADMINISTRATOR, Role.CITY_OFFICER})
"""Roles of the leading committee: a province's, a city's, or the root of the tree."""

GRANTS: dict[str, dict[str, Scope]] = {
    Role.CITY_ADMINISTRATOR: dict.fromkeys(
        _READ
        | _RECORD
        | _VISIT
        | _ASKED
        | _OFFICE
        | _CITY
        | {"access.administer", "units.load", "organisation.change", "signing.trust"},
        Scope.SUBTREE,
    )
    | dict.fromkeys(_PAPERS | {"documents.manage", "signing.keep"}, Scope.HERE),
    Role.CITY_OFFICER: dict.fromkeys(_READ | _RECORD | _VISIT | _ASKED | _OFFICE | _CITY, Scope.SUBTREE)
    | dict.fromkeys(_PAPERS | _SEAL | _SIGN, Scope.HERE),
    Role.UNIT_SECRETARY: dict.fromkeys(
        _READ | _RECORD | _VISIT | _ASKED | _OFFICE | {"targets.answer", "reports.send"}, Scope.SUBTREE
    )
    | dict.fromkeys(("support.recheck", "reports.decide", "results.attest"), Scope.BELOW)
    | dict.fromkeys(_PAPERS | _SEAL | _SIGN, Scope.HERE),
    Role.BRANCH_SECRETARY: dict.fromkeys(
        _READ
        | _ASKED
        | _VISIT
        | {"members.admit", "members.change", "adoption.attest", "support.record", "targets.answer"}
        | {"support.open_stand", "support.keep_stand", "results.record", "places.record"}
        | {"reports.send", "reports.write", "documents.set_letterhead", "events.manage"},
        Scope.SUBTREE,
    )
    | {"sync.manage_devices": Scope.OWN, "documents.receive": Scope.HERE, "signing.keep": Scope.OWN},
    # Keeps the unit's document registry: numbers, seals, sends, receives.
    Role.CLERK: dict.fromkeys(
        _ASKED | {"units.view", "targets.view", "reports.view", "documents.view", "signing.view"}, Scope.SUBTREE
    )
    | dict.fromkeys(_PAPERS | _SIGN | {"documents.issue"}, Scope.HERE),
    Role.MEMBER: dict.fromkeys(("members.view", "adoption.view", "outreach.refer", "documents.receive"), Scope.OWN),
    # Visits homes, opens stands and helps at open ones of the unit; sees nothing else of the work of others.
    Role.HELPER: dict.fromkeys(
        ("outreach.record", "cashless.check", "events.check_in", "sync.bring", "support.open_stand"), Scope.SUBTREE
    )
    | dict.fromkeys(("outreach.view", "sync.manage_devices", "support.keep_stand"), Scope.OWN),
    Role.INSPECTOR: dict.fromkeys(_READ | {"partners.view", "access.unmask"}, Scope.SUBTREE),
}

GRANTABLE: dict[Role, frozenset[Role]] = {
    Role.CITY_ADMINISTRATOR: frozenset(Role),
    Role.CITY_OFFICER: frozenset(
        {Role.UNIT_SECRETARY, Role.BRANCH_SECRETARY, Role.CLERK, Role.MEMBER, Role.HELPER, Role.INSPECTOR}
    ),
    Role.UNIT_SECRETARY: frozenset({Role.BRANCH_SECRETARY, Role.CLERK, Role.MEMBER, Role.HELPER}),
    Role.BRANCH_SECRETARY: frozenset(),
    Role.CLERK: frozenset(),
    Role.MEMBER: frozenset(),
    Role.HELPER: frozenset(),
    Role.INSPECTOR: frozenset(),
}
"""The roles that a user with each role may assign to others and end."""
