"""Open every route with arguments for every object of a whole demo as its users: none may fail.

One example of each route does not show that a page works for every object and user: once the pages of a third of the drives
failed, and never the one that was tried.
"""

import logging
import traceback
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from http.client import BAD_REQUEST, FOUND, METHOD_NOT_ALLOWED, OK
from uuid import UUID

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.adoption.models import DeclareLink
from doanso.adoption.queries.self_report import token_hash
from doanso.home import demo
from doanso.home.tests.conftest import PROGRAMMES
from doanso.home.tests.objects import SOURCES, Example, objects_of, sample
from doanso.home.tests.role_walk import RoleReport, RoleWalk, RouteLinks, report_of, walk_as
from doanso.home.tests.shown_days import ShownDays
from doanso.tests.routes import Route, routes
from doanso.units.models import UnitPath
from tools.selection import is_whole

ALL = 180
"""A route opens every object up to this number."""
MOST = 40
"""Of more objects this many, and at least one of every sort; see `sample`."""
EVERYBODY = 10
"""Up to this number of objects every user opens each, else one user after the other in turn."""
FEW = 8
"""In CI a route whose app did not change since the last run of everything opens this many, and at least one of every sort."""
NOTHING = {
    *("access:revoke_token", "sync:photo", "outreach:visit-photo"),
    *("access:invitation", "access:issue_invitation_anew", "access:withdraw_invitation"),
    *("members:end_post", "members:take_back_post", "members:take_back_post_end"),
    *("documents:attachment", "documents:detach", "documents:settle-comment", "documents:delivery-attachment"),
    *("documents:outside", "documents:outside-file", "documents:outside-attachment", "documents:end-stand-in"),
    *("organisation:change", "organisation:undo", "organisation:unit_list", "organisation:unit_list_faults"),
    *("places:point-photo", "places:plate-photo", "places:public-photo", "places:public-small-photo"),
    *("cashless:alarm-photo", "cashless:erase-alarm-photo"),
    *("places:public-answer", "places:check-file", "places:erase-check-file"),
    *("reports:file", "reports:layout", "reports:layout-file", "reports:end-layout", "reports:unit-export-file"),
}
"""Routes that the demo has no object for."""
UNSEEN = {"imports:columns", "imports:rejected", "places:criterion", "documents:version-file", "support:phone-stand"}
"""Routes that show nothing of any object the demo has: its lists were all understood, it has no draft of criteria, the versions
of its documents were written here, and a stand is shown in this form to the token of a phone alone.
"""


ROLES = ("quantri", "canbo", "bithu", "bithu.chidoan", "vanthu", "kiemtra", "doanvien", "congtacvien")
"""The accounts of the demo whose clicks are counted."""
_PART = "search, place, list, part, and then this: what is done once to a part of a place, or to a number of a month"
FAR = {
    "adoption:draw": "the page to attest many leads there until the bulk is confirmed, and the demo's bulks are",
    "signing:session": "the page to sign leads there until the signing program has answered, and in the demo it has",
    "outreach:give-follow-up": "the list opens on visits due today; it leads to one of a later day once later ones are chosen",
    "sync:reinstate": "the row of a revoked phone leads there, and the demo's phones are in service",
    "documents:return-signed": "the document leads there once the year of its date is over, and the demo's year is not",
    "events:withdraw-draw": "the draw leads there until it is drawn, and the city's in the demo is",
    "events:issued-report": "the report's page leads there until the event counts, and the city's in the demo does",
    "support:dispute": "the inbox of its ward leads there while it waits; else search or list, the record, and then this",
    **dict.fromkeys(("places:remove-point", "places:close-stall", "reports:estimate"), _PART),
}
"""Pages that no link of three clicks leads to in this demo, with the reason."""


class Askers:
    """The accounts, and the choice of those that open an object."""

    def __init__(self) -> None:
        self._clients: dict[UUID | None, Client] = {}
        held = list(RoleAssignment.objects.select_related("user").order_by("role", "user__username"))
        self._administrator = next(
            role_assignment.user for role_assignment in held if role_assignment.role == Role.CITY_ADMINISTRATOR
        )
        self._others = [
            *{
                role_assignment.user.pk: role_assignment.user
                for role_assignment in held
                if role_assignment.role != Role.UNIT_SECRETARY
            }.values(),
            None,
        ]
        heads = {
            role_assignment.unit_id: role_assignment.user
            for role_assignment in held
            if role_assignment.role == Role.UNIT_SECRETARY
        }
        below = UnitPath.objects.filter(ancestor__in=heads).values_list("unit_id", "ancestor_id")
        self._heads = {unit: heads[ancestor] for unit, ancestor in below}

    def everybody(self, example: Example) -> list[User | None]:
        """The secretary of the object's unit, one account of every other role, and nobody who signed in."""
        return list(dict.fromkeys([self._head(example), *self._others]))

    def in_turn(self, example: Example, turn: int) -> list[User | None]:
        """Whose turn it is, and who is asked should they not see it: the unit's secretary, then the administrator."""
        head = self._head(example)
        first = [head, self._administrator, head, self._others[turn // 4 % len(self._others)]][turn % 4]
        return list(dict.fromkeys([first, head, self._administrator]))

    def _head(self, example: Example) -> User:
        head = self._heads.get(example.unit_id) if example.unit_id is not None else None
        return head or self._administrator

    def open(self, user: User | None, path: str) -> HttpResponseBase:
        """What they are answered; an exception of the view comes through."""
        key = user.pk if user is not None else None
        if key not in self._clients:
            self._clients[key] = Client()
            if user is not None:
                self._clients[key].force_login(user)
        return self._clients[key].get(path)


def _whole(answer: HttpResponseBase) -> int:
    """Return the status, once a file has been read to its end."""
    if answer.streaming:
        for _piece in answer.streaming_content:  # type: ignore[attr-defined]
            pass
    answer.close()
    return answer.status_code


@pytest.fixture
def whole_demo(transactional_db, settings, tmp_path, caplog):
    """Build the demo as `./dev demo` does, in the test's own database."""
    # Every refusal is logged with its way through the code, which costs more than the page.
    caplog.set_level(logging.ERROR, logger="django.request")
    settings.DATA = tmp_path
    settings.FILES = tmp_path / "files"
    settings.SIGNING_TEST_AUTHORITY = True
    settings.ACCOUNT_RATE_LIMITS = False
    demo.build_year("running", lambda _text: None, PROGRAMMES)
    # Of a link's secret only the hash is kept, so each gets one that is known.
    for declare_link in DeclareLink.objects.all():
        declare_link.token_hash = token_hash(str(declare_link.pk))
        declare_link.save(update_fields=["token_hash"])


@dataclass
class Walked:
    """What came of it: pages that broke, routes without an object, and per route how often each status was answered."""

    broken: list[str] = field(default_factory=list)
    nothing: set[str] = field(default_factory=set)
    answers: dict[str, Counter[int]] = field(default_factory=lambda: defaultdict(Counter))
    links: RouteLinks = field(default_factory=RouteLinks)
    days: ShownDays = field(default_factory=ShownDays)

    def ask(self, askers: Askers, user: User | None, route: Route, path: str) -> int:
        """Open the page to its end."""
        try:
            answer = askers.open(user, path)
            if user is not None:
                self.links.note(user, route.name, path, answer)
            self.days.note(route.name, path, answer)
            status = _whole(answer)
        except Exception:  # noqa: BLE001 -- whatever a page throws is what is looked for
            status = 500
            self.broken.append(f"{path} as {user}: {traceback.format_exc(limit=-3)}")
        else:
            if status >= 500:
                self.broken.append(f"{path} as {user}: {status}")
        self.answers[route.name][status] += 1
        return status

    def walk(self, askers: Askers, route: Route) -> None:
        """Open a route for every object that it can be about; one that only takes what is sent is left at once.

        Of an app that did not change a few are enough, if they show something.
        """
        examples = objects_of(route)
        if not examples:
            self.nothing.add(route.name)
        everything = sample(examples, MOST) if len(examples) > ALL else examples
        if not is_whole(route.app):
            self._open_each(askers, route, sample(examples, FEW), by_everybody=False)
            if self.shows_something(route):
                return
        self._open_each(askers, route, everything, by_everybody=len(examples) <= EVERYBODY)

    def shows_something(self, route: Route) -> bool:
        """Return whether a route has answered with more than refusals."""
        return bool({OK, FOUND, METHOD_NOT_ALLOWED} & set(self.answers[route.name]))

    def _open_each(self, askers: Askers, route: Route, examples: Sequence[Example], *, by_everybody: bool) -> None:
        for turn, example in enumerate(examples):
            path = reverse(route.name, kwargs=example.arguments)
            for user in askers.everybody(example) if by_everybody else askers.in_turn(example, turn):
                status = self.ask(askers, user, route, path)
                if status == METHOD_NOT_ALLOWED:
                    return
                if status < BAD_REQUEST and not by_everybody:
                    break


def test_every_route_with_arguments_has_objects_to_open() -> None:
    asked = [route for route in routes() if route.arguments and not route.name.startswith("api:")]
    assert [route.name for route in asked if not (SOURCES.get(route.name) or SOURCES.get(route.arguments))] == []


def _role_walks(days: ShownDays) -> list[RoleWalk]:
    """Walk as each role."""
    objects: dict[str, list[Example]] = {}
    return [walk_as(User.objects.get(username=name), objects, days) for name in ROLES]


def _clicks(walks: list[RoleWalk], links: RouteLinks, judged: set[str]) -> list[RoleReport]:
    """Return and print how many pages are how many clicks away, and which of the judged routes are too far."""
    reports = [report_of(walk, links, judged) for walk in walks]
    print("", "| account | pages | 0 | 1 | 2 | 3 clicks |", *reports, sep="\n")
    return reports


@pytest.mark.long
@pytest.mark.sqlite_only
@pytest.mark.begins_first
def test_every_page_is_three_clicks_away_and_none_breaks_for_any_object_of_the_demo(whole_demo) -> None:
    # One test, because one demo takes a minute.
    # The roles first: public pages answer an address only so many times an hour.
    walked, askers = Walked(), Askers()
    walks = _role_walks(walked.days)
    routes_with_arguments = [route for route in routes() if route.arguments and not route.name.startswith("api:")]
    for route in routes_with_arguments:
        walked.walk(askers, route)
    # Few objects lead to few pages, so only the pages of apps that were walked whole can be called far.
    judged = {route.name for route in routes() if is_whole(route.app)} - FAR.keys()
    reports = _clicks(walks, walked.links, judged)

    far = {f"{path} as {report.role}" for report in reports for path in report.missing.values()}
    assert far == set()
    assert [refused for report in reports for refused in report.refused] == []
    assert walked.broken == []
    assert walked.days.strange == {}
    assert walked.nothing == NOTHING
    unseen = {route.name for route in routes_with_arguments if not walked.shows_something(route)}
    assert unseen - walked.nothing == UNSEEN
