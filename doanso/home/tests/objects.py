"""Every object of a database as the arguments of its routes, for tests that open all of them.

The objects of a route are listed under its name, else under the names of its arguments. A route that is not listed is an error,
so that no page is forgotten.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db.models import Model, QuerySet
from django.test import Client
from django.urls import resolve, reverse

from doanso.access.models import ApiToken, Invitation, RoleAssignment
from doanso.accounts.models import User
from doanso.adoption.models import BulkDraw, Declaration, DeclareLink, Difficulty, DrawnPerson, Service, Usage
from doanso.assignments.models import Assignment
from doanso.audit.models import AuditEvent
from doanso.documents.links import link_of
from doanso.documents.models import Attachment, Comment, Delivery, Document, DocumentVersion, Mandate, Number, StandIn
from doanso.home.tests.event_objects import event_sources
from doanso.home.tests.movement_objects import movement_sources
from doanso.home.tests.place_objects import place_sources
from doanso.imports.models import Import
from doanso.imports.ports import list_kinds
from doanso.incoming.models import Arrival
from doanso.members.models import Absence, Exemption, Member, Post
from doanso.organisation.models import Change, ChangeKind, UnitList
from doanso.outreach import card_keys
from doanso.outreach.models import Card, Door, Drive, Team, Teammate, Visit
from doanso.people.models import Contact, Duplicate, Request
from doanso.referrals import slot_keys
from doanso.referrals.models import ReferralSlot, SlotKind
from doanso.reports.models import Layout, Period, Rendering, Report, UnitExport
from doanso.results.models import Result, ResultFile
from doanso.signing.models import Authority, Certificate, PublicFile, Session
from doanso.support import receipt_keys, stand_keys
from doanso.support.models import (
    Confirmation,
    Dispute,
    Receipt,
    Recheck,
    RecheckRound,
    Remark,
    Stand,
    StandTurn,
    SupportRecord,
)
from doanso.sync.models import Device, Photo, Record
from doanso.targets.copying import shipped_programmes
from doanso.targets.models import DraftIndicator, FrozenList, Indicator, Programme, ProgrammeDraft, Target
from doanso.tests.routes import Route
from doanso.units.models import Unit, UnitLink


class Example(NamedTuple):
    """One object for a route: the route's arguments, the object's unit (if any), and its sort."""

    arguments: dict[str, Any]
    unit_id: UUID | None
    sort: tuple[str, ...]


type Source = Callable[[], list[Example]]


def _sort(value: Any) -> str:
    """Return what distinguishes sorts by a column; of a moment, key or day only whether there is one."""
    return str(value is not None) if value is None or isinstance(value, date | datetime | UUID) else str(value)


def _rows(
    model: type[Model] | QuerySet[Any], sort: Sequence[str] = (), *, owner: str | None = "unit_id", **arguments: str
) -> Source:
    """Return the rows of a model, by the columns of the arguments, of the unit, and of the sort."""

    def examples() -> list[Example]:
        rows = model.all() if isinstance(model, QuerySet) else model._default_manager.all()
        names = [*arguments.values(), *([owner] if owner else []), *sort]
        return [
            Example(
                dict(zip(arguments, row, strict=False)),
                row[len(arguments)] if owner else None,
                tuple(map(_sort, row[len(arguments) + bool(owner) :])),
            )
            for row in rows.order_by("pk").values_list(*names)
        ]

    return examples


def _values(name: str, values: Callable[[], Iterable[Any]]) -> Source:
    return lambda: [Example({name: value}, None, (str(value),)) for value in values()]


def _nested(outer: Source, inner: Callable[[Example], Iterable[dict[str, Any]]]) -> Source:
    """Return each outer object with each of its inner ones."""
    return lambda: [
        Example(example.arguments | more, example.unit_id, (*example.sort, *map(str, more.values())))
        for example in outer()
        for more in inner(example)
    ]


def _of_members(source: Source) -> Source:
    """Return objects of a person under each of the person's memberships."""

    def examples() -> list[Example]:
        stays: dict[UUID, list[tuple[UUID, UUID]]] = defaultdict(list)
        for person, member, branch in Member.objects.order_by("pk").values_list("person_id", "pk", "branch_id"):
            stays[person].append((member, branch))
        return [
            Example(
                {key: value for key, value in example.arguments.items() if key != "person"} | {name: member},
                branch,
                example.sort,
            )
            for example in source()
            for name in ["member" if "usage" in example.arguments else "member_id"]
            for member, branch in stays[example.arguments["person"]]
        ]

    return examples


def _history() -> list[Example]:
    """Return every object that has history."""
    rows = AuditEvent.objects.order_by("object_kind", "object_id").values_list(
        "object_kind", "object_id", "unit_id", "action"
    )
    verbs: dict[tuple[str, UUID], tuple[UUID | None, set[str]]] = {}
    for kind, key, unit_id, action in rows:
        verbs.setdefault((kind, key), (unit_id, set()))[1].add(action)
    return [
        Example({"kind": kind, "pk": key}, unit_id, (kind, *sorted(some)))
        for (kind, key), (unit_id, some) in verbs.items()
    ]


def _receipt_links() -> list[Example]:
    examples = []
    for receipt in Receipt.objects.order_by("pk").prefetch_related("confirmations", "disputes"):
        keys = receipt_keys.keys_of(receipt)
        if keys is not None:
            sorts = (
                str(receipt.confirmations.exists()),
                str(receipt.disputes.exists()),
                str(receipt.shown_until is not None),
            )
            examples.append(Example({"link": keys.link}, receipt.unit_id, sorts))
    return examples


def _stand_links(**arguments: str) -> Source:
    """Return the links of open stands, or those of the turns that residents entered there."""

    def examples() -> list[Example]:
        found = []
        for stand in Stand.objects.exclude(link_lookup=None).order_by("pk"):
            link = stand_keys.link_of(stand)
            turns = stand.turns.filter(self_entered=True).order_by("pk") if arguments else [None]
            for turn in turns:
                words = {name: getattr(turn, column) for name, column in arguments.items()}
                sort = (turn.state, str(turn.named)) if turn is not None else ()
                found.append(Example({"link": link, **words}, stand.unit_id, sort))
        return found

    return examples


def _invitations() -> list[Example]:
    slots = [(slot, slot_keys.keys_of(slot)) for slot in ReferralSlot.objects.order_by("pk")]
    return [
        Example({"link": keys.link}, slot.unit_id, (slot.kind, _sort(slot.recorded_at), _sort(slot.replaced_at)))
        for slot, keys in slots
        if keys is not None
    ]


def _cards() -> list[Example]:
    cards = Card.objects.select_related("teammate").order_by("pk")
    return [
        Example(
            {"secret": card_keys.keys_of(card).secret}, card.teammate.unit_id, (_sort(card.revoked_at), str(card.until))
        )
        for card in cards
        if card.keys_encrypted
    ]


def _outside(**more: str) -> Source:
    def examples() -> list[Example]:
        rows = [delivery for delivery in Delivery.objects.order_by("pk") if delivery.link_encrypted]
        if not more:
            return [
                Example({"link": link_of(delivery)}, delivery.unit_id, (str(delivery.document_id),))
                for delivery in rows
            ]
        beside = Attachment.objects.filter(document__in=[delivery.document_id for delivery in rows]).values_list(
            "document", "pk"
        )
        return [
            Example({"link": link_of(delivery), "attachment_id": key}, delivery.unit_id, ())
            for delivery in rows
            for document, key in beside
            if document == delivery.document_id
        ]

    return examples


def _indicators(*, with_unit: bool) -> Source:
    """Return the indicators of a programme at each unit of its tree."""

    def examples() -> list[Example]:
        bases: dict[tuple[int, UUID], set[str]] = defaultdict(set)
        for indicator, unit, basis in Target.objects.values_list("indicator_id", "unit_id", "basis"):
            bases[indicator, unit].add(basis)
        rows = []
        for one in Indicator.objects.select_related("programme").order_by("pk"):
            words = {"programme": one.programme.code, "indicator": one.code}
            if not with_unit:
                rows.append(Example(words, None, (one.code,)))
                continue
            for key, code, kind in Unit.objects.order_by("pk").values_list("pk", "code", "kind"):
                sort = (one.code, kind, *sorted(bases.get((one.pk, key), ())))
                rows.append(Example(words | {"unit": code}, key, sort))
        return rows

    return examples


def _settlements() -> list[Example]:
    """Return targets given by a unit to one below, as the giver sees the answer."""
    above = dict(UnitLink.objects.order_by("since").values_list("unit_id", "parent_id"))
    codes = dict(Unit.objects.values_list("pk", "code"))
    rows = Target.objects.select_related("indicator__programme").order_by("pk").prefetch_related("answers")
    return [
        Example(
            {
                "programme": target.indicator.programme.code,
                "indicator": target.indicator.code,
                "unit": codes[above[target.unit_id]],
                "child": codes[target.unit_id],
            },
            above[target.unit_id],
            tuple(sorted(answer.kind for answer in target.answers.all())),
        )
        for target in rows
        if target.unit_id in above
    ]


def _months(*, indicators: bool) -> Source:
    """Return every month of a unit with which something was done."""

    def examples() -> list[Example]:
        rows = Period.objects.order_by("pk").values_list(
            "programme__code", "unit__code", "first_day", "unit_id", "state", "late", "unit__kind"
        )
        codes = list(Indicator.objects.order_by("pk").values_list("code", flat=True)) if indicators else [""]
        return [
            Example(
                {"programme": programme, "unit": unit, "month": f"{first:%Y-%m}"}
                | ({"indicator": code} if code else {}),
                unit_id,
                (state, str(late), kind, code),
            )
            for programme, unit, first, unit_id, state, late, kind in rows
            for code in codes
        ]

    return examples


def _boards() -> list[Example]:
    rows = Period.objects.order_by("first_day").values_list("programme__code", "first_day").distinct()
    return [Example({"programme": code, "month": f"{first:%Y-%m}"}, None, (str(first),)) for code, first in rows]


def _phone_files() -> list[Example]:
    file_list = Client().get(reverse("outreach:phone-list")).json()
    matches = [
        resolve(path) for path in [*file_list["files"], *file_list["later"]] if not path.startswith(settings.STATIC_URL)
    ]
    return [Example(match.kwargs, None, ()) for match in matches if match.view_name == "outreach:phone-file"]


_UNITS = _rows(Unit, ("kind",), owner="pk", code="code")
_PROGRAMMES = _rows(Programme, owner="root_id", programme="code")
_MEMBERS = ("state", "temporary", "previous_id", "person__user_id", "branch_id")
_OF_MEMBERS = {"owner": "branch_id", "sort": _MEMBERS}
_REPORT = {"sort": ("kind", "frozen_at", "form"), "programme": "programme__code", "report_id": "pk"}
_DOCUMENTS = ("state", "medium", "kind", "source_kind")
_OF_DOCUMENT = ("document__state", "document__kind")
_DELIVERIES = _rows(Delivery, (*_OF_DOCUMENT, "opened_at", "answered_at", "unit__kind"), delivery_id="pk")
_PAIRS = _rows(Duplicate, ("state",), pair_id="pk")
_KINDS = _values("kind", lambda: [one.name for one in list_kinds()])

# Under the name of a route that says more than its arguments do, else under these.
SOURCES: dict[str | tuple[str, ...], Source] = {
    ("code",): _UNITS,
    "home:programme": _rows(Programme, owner="root_id", code="code"),
    "signing:verify-code": _rows(PublicFile, ("issued_at", "is_open"), code="code"),
    "signing:verify-open": _rows(PublicFile, ("issued_at", "is_open"), code="code"),
    "access:object_history": _history,
    ("pk",): _rows(User, ("is_active", "role_assignments__role"), owner="role_assignments__unit_id", pk="pk"),
    "access:end_role": _rows(RoleAssignment, ("role", "until"), pk="pk"),
    "access:issue_invitation_anew": _rows(Invitation, ("role",), pk="pk"),
    "access:withdraw_invitation": _rows(Invitation, ("role",), pk="pk"),
    # A demo invites nobody, and only hashes of secrets are stored.
    "access:invitation": list,
    "access:revoke_token": _rows(ApiToken, owner="role_assignment__unit_id", pk="pk"),
    ("member_id",): _rows(Member, member_id="pk", **_OF_MEMBERS),
    ("member",): _rows(Member, member="pk", **_OF_MEMBERS),
    ("absence_id", "member_id"): _of_members(
        _rows(Absence, ("reason", "until", "taken_back_at"), owner=None, absence_id="pk", person="person_id")
    ),
    ("exemption_id", "member_id"): _of_members(
        _rows(Exemption, ("indicator", "taken_back_at"), owner=None, exemption_id="pk", person="person_id")
    ),
    ("member_id", "post_id"): _of_members(_rows(Post, ("kind",), owner=None, post_id="pk", person="person_id")),
    ("member", "usage"): _of_members(
        _rows(Usage, ("stage_id", "grade", "taken_back_at"), owner=None, usage="pk", person="person_id")
    ),
    ("contact_id",): _rows(Contact, ("erased_at", "gender", "household_id", "unit_id"), contact_id="pk"),
    ("request_id",): _rows(Request, ("kind", "state"), request_id="pk"),
    ("pair_id",): _PAIRS,
    ("import_id",): _rows(Import, ("kind", "state"), import_id="pk"),
    ("kind",): _KINDS,
    ("assignment_id",): _rows(Assignment, ("kind", "completed_at"), assignment_id="pk"),
    ("draw",): _rows(BulkDraw, ("stage_id", "attested_at"), draw="pk"),
    ("draw", "person"): _rows(
        DrawnPerson, ("sampled", "opened_at", "usage_id"), owner="draw__unit_id", draw="draw_id", person="person_id"
    ),
    ("declaration",): _rows(Declaration, ("outcome", "link_id"), owner="usage__unit_id", declaration="pk"),
    ("difficulty",): _rows(Difficulty, ("service_id", "obstacle_id"), difficulty="pk"),
    ("token",): _rows(DeclareLink, ("ended_at",), token="pk"),
    ("service", "token"): _nested(
        _rows(DeclareLink, ("ended_at",), token="pk"),
        lambda _link: [{"service": code} for code in Service.objects.values_list("pk", flat=True)],
    ),
    ("service",): _rows(Service, owner=None, service="pk"),
    ("support_record_id",): _rows(
        SupportRecord,
        ("source", "grade", "named", "business_id", "refused_at", "taken_back_at", "corrects_id"),
        support_record_id="pk",
    ),
    ("round_id",): _rows(RecheckRound, ("drawn_at",), round_id="pk"),
    ("recheck_id", "round_id"): _rows(Recheck, ("outcome", "wrong", "shown_at"), recheck_id="pk", round_id="round_id"),
    ("receipt_id",): _rows(Receipt, ("shown_until", "unit_id"), receipt_id="pk"),
    ("dispute_id",): _rows(Dispute, ("reason", "decision", "recheck_id"), dispute_id="pk"),
    ("confirmation_id",): _rows(Confirmation, ("staff_browser", "looked_at"), confirmation_id="pk"),
    ("remark_id",): _rows(Remark, ("settled_at",), remark_id="pk"),
    ("link",): _receipt_links,
    ("stand_id",): _rows(Stand, ("closed_at", "link_lookup"), stand_id="pk"),
    ("stand_id", "turn_id"): _rows(
        StandTurn, ("state", "named", "self_entered"), owner="stand__unit_id", stand_id="stand_id", turn_id="pk"
    ),
    "support:stand-entry": _stand_links(),
    "support:stand-number": _stand_links(key="pk"),
    "referrals:invitation": _invitations,
    "documents:outside": _outside(),
    "documents:outside-file": _outside(),
    "documents:outside-attachment": _outside(attachment_id="pk"),
    ("seq",): _rows(Record, ("kind", "state"), seq="pk"),
    ("device_id",): _rows(Device, owner=None, device_id="pk"),
    ("photo_id",): _rows(Photo, owner=None, photo_id="pk"),
    ("photo_id", "visit_id"): _rows(Photo, owner=None, photo_id="pk", visit_id="subject"),
    ("certificate_id",): _rows(Certificate, ("kind", "way"), certificate_id="pk"),
    ("session_id",): _rows(Session, ("state", "owner_kind"), owner="certificate__unit_id", session_id="pk"),
    ("authority_id",): _rows(Authority, ("purpose",), owner=None, authority_id="pk"),
    "outreach:phone-file": _phone_files,
    ("visit_id",): _rows(
        Visit,
        ("outcome", "first_how", "second_how", "second_problem", "paired", "business_id", "taken_back_at"),
        visit_id="pk",
    ),
    ("door_id",): _rows(Door, ("outcome", "taken_by_id", "business_id", "follow_up_on"), door_id="pk"),
    ("team_id",): _rows(Team, ("until", "neighbourhood_id"), team_id="pk"),
    ("mate_id",): _rows(Teammate, ("kind", "body", "is_head", "user_id", "until"), mate_id="pk"),
    ("secret",): _cards,
    ("drive_id",): _rows(Drive, ("ended_at",), drive_id="pk"),
    ("member_id", "slot"): _nested(
        _rows(Member, member_id="pk", **_OF_MEMBERS), lambda _member: [{"slot": kind} for kind in SlotKind.values]
    ),
    ("document_id",): _rows(Document, _DOCUMENTS, document_id="pk"),
    ("document_id", "number"): _rows(
        DocumentVersion, _OF_DOCUMENT, owner="document__unit_id", document_id="document_id", number="number"
    ),
    ("attachment_id", "document_id"): _rows(
        Attachment, _OF_DOCUMENT, owner="document__unit_id", attachment_id="pk", document_id="document_id"
    ),
    ("comment_id", "document_id"): _rows(
        Comment, _OF_DOCUMENT, owner="document__unit_id", comment_id="pk", document_id="document_id"
    ),
    ("delivery_id",): _DELIVERIES,
    ("attachment_id", "delivery_id"): _nested(
        _DELIVERIES,
        lambda one: [
            {"attachment_id": key}
            for key in Attachment.objects.filter(document__deliveries=one.arguments["delivery_id"]).values_list(
                "pk", flat=True
            )
        ],
    ),
    ("result_id",): _rows(Result, ("state", "version", "indicator_id"), result_id="pk"),
    ("file_id", "result_id"): _rows(
        ResultFile,
        ("version__is_latest",),
        owner="version__result__unit_id",
        file_id="pk",
        result_id="version__result_id",
    ),
    ("arrival_id",): _rows(Arrival, ("state",), arrival_id="pk"),
    ("code", "number_id"): _rows(Number, ("state",), code="unit__code", number_id="pk"),
    ("code", "mandate_id"): _rows(Mandate, ("wording",), code="unit__code", mandate_id="pk"),
    ("code", "stand_in_id"): _rows(StandIn, code="unit__code", stand_in_id="pk"),
    ("programme",): _PROGRAMMES,
    ("template",): _values("template", shipped_programmes),
    ("draft_id",): _rows(ProgrammeDraft, ("state", "origin"), owner="root_id", draft_id="pk"),
    ("draft_id", "indicator_id"): _rows(
        DraftIndicator, ("removed",), owner="draft__root_id", draft_id="draft_id", indicator_id="pk"
    ),
    ("indicator", "programme"): _indicators(with_unit=False),
    ("indicator", "programme", "unit"): _indicators(with_unit=True),
    ("child", "indicator", "programme", "unit"): _settlements,
    ("indicator", "kept", "programme", "unit"): _rows(
        FrozenList, indicator="indicator__code", kept="pk", programme="indicator__programme__code", unit="unit__code"
    ),
    ("list_id",): _rows(UnitList, list_id="pk"),
    ("change_id",): _rows(Change, ("kind",), change_id="pk"),
    ("kind_code",): _values("kind_code", lambda: [kind for kind in ChangeKind.values if kind != ChangeKind.CREATE]),
    ("month", "programme"): _boards,
    ("month", "programme", "unit"): _months(indicators=False),
    ("indicator", "month", "programme", "unit"): _months(indicators=True),
    ("programme", "report_id"): _rows(Report, **_REPORT),
    ("page", "programme", "report_id"): _nested(_rows(Report, **_REPORT), lambda _report: [{"page": 1}]),
    ("indicator", "programme", "report_id"): _nested(
        _rows(Report, **_REPORT), lambda _report: [{"indicator": one.code} for one in Indicator.objects.order_by("pk")]
    ),
    ("programme", "rendering_id", "report_id"): _rows(
        Rendering,
        ("format", "state"),
        owner="report__unit_id",
        rendering_id="pk",
        report_id="report_id",
        programme="report__programme__code",
    ),
    ("code", "export_id"): _rows(UnitExport, ("state",), code="unit__code", export_id="pk"),
    ("layout_id", "programme"): _rows(Layout, layout_id="pk", programme="programme__code"),
}
SOURCES |= place_sources(_rows, _values) | movement_sources(_rows) | event_sources(Example, _rows, _nested)


def objects_of(route: Route) -> list[Example]:
    """Return every object of a route with arguments."""
    source = SOURCES.get(route.name) or SOURCES.get(route.arguments)
    assert source is not None, f"{route.name} needs a line in doanso/home/tests/objects.py: {route.arguments}"
    return source()


def sample(examples: Sequence[Example], most: int) -> list[Example]:
    """Return all of a few examples; of many, an even spread over every sort, by unit and key within one. Deterministic."""
    if len(examples) <= most:
        return list(examples)
    sorts: dict[tuple[str, ...], list[Example]] = defaultdict(list)
    for example in examples:
        sorts[example.sort].append(example)
    groups = sorted(sorts.values(), key=len)
    chosen: list[Example] = []
    for left, group in zip(range(len(groups), 0, -1), groups, strict=True):
        share = max(1, (most - len(chosen)) // left)
        # At equal distances, so that all units and days have a part in it.
        chosen += [group[index * len(group) // share] for index in range(min(share, len(group)))]
    return chosen
