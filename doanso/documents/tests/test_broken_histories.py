"""State machine: several people act on one document in any order, and its invariants hold."""

from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.audit.models import AuditEvent
from doanso.documents.actions import signing_files
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import discard_document, save_version
from doanso.documents.actions.issuing import advance, ask_issue, try_again
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.actions.routing import call_back, comment, pass_step, return_step, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Document, Issuing, Number, StepState
from doanso.documents.tests.conftest import ADDRESS, Office, plan
from doanso.ledger import actions as ledger
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.signing.actions import complete_signature
from doanso.signing.tests.pki import pki, sign

pytestmark = pytest.mark.django_db

ARROWS = {
    "draft": {"review", "signing", "discarded"},
    "review": {"signing", "draft"},
    "signing": {"signed", "draft"},
    "signed": {"issuing", "discarded"},
    "issuing": {"issued"},
    "issued": {"recalled", "replaced"},
    "recalled": set(),
    "replaced": set(),
    "discarded": set(),
}
PEOPLE = ("mai", "phuc", "an", "chi", "hanh")
# The steps of the ordinary way come oftener, or no history would ever get far.
ACTIONS = ("send", "short", "pass", "sign", "sign", "ask", "ask", "work", "work")
OTHERS = ("write", "return", "call", "remark", "again", "killed", "recall", "replace", "discard", "late")
MOVES = st.one_of(
    st.tuples(st.sampled_from(("mai", "phuc", "an", "mai")), st.sampled_from(ACTIONS)),
    st.tuples(st.sampled_from(("mai", "an")), st.sampled_from(ACTIONS)),
    st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS + OTHERS)),
)


class Killed(BaseException):
    """Raised where the worker is killed."""


class History:
    """One document and the actions on it."""

    def __init__(self, office: Office, other: Document, patch: pytest.MonkeyPatch) -> None:
        self.office, self.other, self.patch = office, other, patch
        self.document = office.draft("Kế hoạch qua nhiều tay")
        self.left: list[object] = []
        self.numbers: set[object] = set()

    def who(self, name: str):
        return {"mai": self.office.mai, "phuc": self.office.phuc}.get(name) or self.office.tree.users[name]

    def do(self, name: str, action: str) -> None:
        office, document, who = self.office, Document.objects.get(pk=self.document.pk), self.who(name)
        arguments = {"actor": who, "document": document}
        routing = {"expected_version": document.version, "mandate": office.mandate}
        to = [Receiver(unit=office.tree.units["p4-kp1"])]
        actions = {
            "send": partial(send_on, **arguments, **routing, reviewers=[office.phuc]),
            "short": partial(send_on, **arguments, **routing, reviewers=[]),
            "pass": partial(pass_step, **arguments, expected_version=document.version),
            "sign": partial(self.sign, who, document),
            "ask": partial(ask_issue, **arguments, certificate=office.seal, receivers=to),
            "work": partial(advance, document.pk),
            "write": partial(
                save_version, **arguments, expected_version=document.version, draft=plan(f"Bản {document.version}")
            ),
            "return": partial(return_step, **arguments, expected_version=document.version, words="Sửa lại"),
            "call": partial(call_back, **arguments),
            "remark": partial(comment, **arguments, version=1, words="Xem lại"),
            "again": partial(self.again, who, document),
            "killed": partial(self.killed, document),
            "recall": partial(recall_document, **arguments, reason="Sai"),
            "replace": partial(replace_document, **arguments, by=self.other, reason="Cập nhật"),
            "discard": partial(discard_document, **arguments, reason="Thôi"),
            "late": self.late,
        }
        actions[action]()

    def sign(self, who, document) -> None:
        office = self.office
        hand = office.hand if who == office.an else office.seal
        begun = begin_signing(
            actor=who, document=document, expected_version=document.version, certificate=hand, base=ADDRESS
        )
        self.left.append(begun.session)
        complete_signature(session=begun.session, signature=sign(pki().an, bytes(begun.session.to_sign)))

    def late(self) -> None:
        """A signature that was begun before comes once more."""
        for session in self.left:
            complete_signature(session=session, signature=sign(pki().an, bytes(session.to_sign)))

    def again(self, who, document) -> None:
        if Issuing.objects.filter(pk=document.pk).exists():
            try_again(actor=who, document=document)

    def killed(self, document) -> None:
        def gone(*_arguments, **_named):
            raise Killed

        with self.patch.context() as patch:
            patch.setattr(ledger, "count_many", gone)
            advance(document.pk)

    def holds(self) -> Document:
        now = Document.objects.get(pk=self.document.pk)
        opened = now.steps.filter(state=StepState.OPEN).count()
        assert opened == (1 if now.state in ("review", "signing") else 0)
        if now.number_id is not None:
            self.numbers.add(now.number_id)
        assert len(self.numbers) <= 1
        assert (now.number_id is not None) == (now.state in ("issuing", "issued", "recalled", "replaced"))
        signed = list(now.signatures.order_by("made_at").values_list("certificate__kind", flat=True))
        if now.state in ("issued", "recalled", "replaced"):
            assert signed == ["person", "organisation"]
            assert not now.deliveries.filter(sent_at=None).exists()
        else:
            assert not now.deliveries.exclude(sent_at=None).exists()
            assert len(signed) <= (2 if now.state == "issuing" else now.state in ("signed", "discarded"))
        return now


def events(document: Document) -> int:
    return AuditEvent.objects.filter(object_id=document.pk).count()


@pytest.fixture
def quick(monkeypatch):
    """Render the same pages each time, because their content is not tested here."""
    rendered = {}

    def once(content):
        return rendered.setdefault(0, render(content))

    render = signing_files.render_pdf
    monkeypatch.setattr(signing_files, "render_pdf", lambda content: rendered.get(0) or once(content))


@pytest.mark.long
@settings(max_examples=12, deadline=None, derandomize=True, suppress_health_check=[*HealthCheck], print_blob=False)
@given(moves=st.lists(MOVES, min_size=8, max_size=30))
def test_whatever_is_tried_in_whatever_order(office: Office, quick, monkeypatch, moves):
    other = office.issued(office.draft("Bản thay thế"))
    history = History(office, other, monkeypatch)
    before = history.holds()
    for name, action in moves:
        event_count = events(before)
        passed = True
        try:
            history.do(name, action)
        except (Refused, PermissionDenied, Killed) as stopped:
            passed = isinstance(stopped, Killed)
        now = history.holds()
        if now.state != before.state:
            assert passed
            assert now.state in ARROWS[before.state]
            assert events(now) > event_count
        if now.version != before.version:
            assert events(now) > event_count
        before = now
    assert sorted(Number.objects.values_list("value", flat=True)) == list(range(1, Number.objects.count() + 1))
    assert list(recount()) == []


def test_the_ordinary_way_goes_through(office: Office, quick, monkeypatch):
    history = History(office, office.issued(office.draft("Bản thay thế")), monkeypatch)
    states = []
    for name, action in (
        ("mai", "send"), ("phuc", "pass"), ("an", "sign"), ("mai", "ask"), ("mai", "killed"), ("mai", "work"),
        ("mai", "replace"),
    ):  # fmt: skip
        try:
            history.do(name, action)
        except Killed:
            pass
        states.append(history.holds().state)
    assert states == ["review", "signing", "signed", "issuing", "issuing", "issued", "replaced"]
