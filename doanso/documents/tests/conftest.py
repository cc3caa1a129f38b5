"""Ward 4's office: Mai is the clerk, Phúc the deputy who reviews drafts, An the secretary who signs.

Their certificates are of the test authority; their keys are kept by the tests, as they would be on people's own machines.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from django.contrib.auth.hashers import make_password

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.drafts import start_document
from doanso.documents.actions.issuing import advance, ask_issue, begin_seal
from doanso.documents.actions.mandates import give_mandate
from doanso.documents.actions.routing import pass_step, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.body.schema import from_plain
from doanso.documents.drafts import Draft
from doanso.documents.models import Document, Issuing, Mandate
from doanso.files import actions as files
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing import token
from doanso.signing.actions import complete_signature
from doanso.signing.models import Certificate, SignerKind, Way
from doanso.signing.queries import run_of
from doanso.signing.reading import fingerprint, name_line
from doanso.signing.tests.pki import pki, sign, trust
from doanso.testing import TODAY, TREE_BEGAN, Tree
from doanso.units.models import Unit
from tools.fixture_replay import replayed

ADDRESS = "https://doanso.example"
WORDS = "Thực hiện chủ đề năm 2023, Ban Thường vụ xây dựng kế hoạch như sau:\nMỗi chi đoàn một tổ công nghệ số."


def plan(summary: str = "Xây dựng tuyến phố công nghệ số thứ hai", **overrides: Any) -> Draft:
    """Return a plan in the Union's form."""
    values: dict[str, Any] = {"profile": "doan", "kind": "plan", "summary": summary, "body": from_plain(WORDS)}
    return Draft(**(values | {"recipients": ("Như trên", "Lưu VP")} | overrides))


@dataclass
class Office:
    """Ward 4's people, and a document in every state of its way."""

    tree: Tree
    mai: User
    phuc: User
    mandate: Mandate
    hand: Certificate
    seal: Certificate

    @property
    def an(self) -> User:
        return self.tree.an

    @property
    def unit(self) -> Unit:
        return self.tree.units["p4"]

    def draft(self, summary: str = "Xây dựng tuyến phố công nghệ số thứ hai", **overrides: Any) -> Document:
        """Return Mai's draft."""
        return start_document(actor=self.mai, unit=self.unit, draft=plan(summary, **overrides))

    def to_sign(self, document: Document | None = None) -> Document:
        """Return a document that Phúc has agreed to and that waits for An."""
        document = document or self.draft()
        sent = send_on(
            actor=self.mai,
            document=document,
            expected_version=document.version,
            reviewers=[self.phuc],
            mandate=self.mandate,
        )
        return pass_step(actor=self.phuc, document=sent, expected_version=sent.version)

    def signed(self, document: Document | None = None) -> Document:
        """Return a document that An has signed on his own machine."""
        document = document if document is not None and document.state == "signing" else self.to_sign(document)
        begun = begin_signing(
            actor=self.an, document=document, expected_version=document.version, certificate=self.hand, base=ADDRESS
        )
        complete_signature(session=begun.session, signature=sign(pki().an, bytes(begun.session.to_sign)))
        document.refresh_from_db()
        return document

    def numbered(self, document: Document | None = None, *receivers: Receiver, public: bool = False) -> Issuing:
        """Return the issuing of a document that has its number and no seal."""
        document = document if document is not None and document.state == "signed" else self.signed(document)
        return ask_issue(
            actor=self.mai,
            document=document,
            certificate=self.seal,
            receivers=receivers or (Receiver(unit=self.tree.units["p4-kp1"]),),
            is_public=public,
        )

    def issued(self, document: Document | None = None, *receivers: Receiver, public: bool = False) -> Document:
        """Return a document that was sealed and issued."""
        issuing = self.numbered(document, *receivers, public=public)
        if self.seal.way != Way.TOKEN:
            begun = begin_seal(actor=self.mai, document=issuing.document)
            for session in run_of(begun.session):
                complete_signature(session=session, signature=sign(pki().ward, bytes(session.to_sign)))
        advance(issuing.pk)
        return Document.objects.get(pk=issuing.pk)

    def bytes_of(self, document: Document) -> bytes:
        """Return the issued file."""
        assert document.final is not None
        with files.open_blob(document.final) as plain:
            return plain.read()


def _person(name: str, shown: str, role: Role, unit: Unit) -> User:
    user = User.objects.create(
        username=name, display_name=shown, password=make_password("mat-khau-dai-de-thu"), created_at=clock.now()
    )
    RoleAssignment.objects.create(user=user, role=role, unit=unit, since=TREE_BEGAN)
    return user


def certificate(key_name: str, *, unit: Unit, user: User | None, way: str, added_by: User) -> Certificate:
    """Add a certificate of the test authority."""
    issued = getattr(pki(), key_name)
    certificate_of_key = issued.certificate
    return Certificate.objects.create(
        kind=SignerKind.PERSON if user is not None else SignerKind.ORGANISATION,
        user=user,
        unit=unit,
        way=way,
        der=issued.der,
        chain=b"".join(issued.chain),
        fingerprint=fingerprint(certificate_of_key),
        subject=name_line(certificate_of_key.subject),
        issuer=name_line(certificate_of_key.issuer),
        serial=f"{certificate_of_key.serial_number:x}",
        not_before=certificate_of_key.not_valid_before_utc,
        not_after=certificate_of_key.not_valid_after_utc,
        token_label="phuong-4" if way == Way.TOKEN else "",
        key_label="con-dau" if way == Way.TOKEN else "",
        added_by=added_by,
        added_at=clock.now(),
    )


@replayed
def _furnish(tree: Tree) -> Office:
    ward = tree.units["p4"]
    mai = _person("mai", "Trần Ngọc Mai", Role.CLERK, ward)
    phuc = _person("phuc", "Nguyễn Hữu Phúc", Role.UNIT_SECRETARY, ward)
    mandate = give_mandate(
        actor=tree.an,
        unit=ward,
        user=tree.an,
        wording="TM.",
        body="Ban Chấp hành",
        post="Bí thư",
        since=date(2022, 1, 1),
    )
    return Office(
        tree,
        mai,
        phuc,
        mandate,
        hand=certificate("an", unit=ward, user=tree.an, way=Way.AGENT, added_by=tree.an),
        seal=certificate("ward", unit=ward, user=None, way=Way.TOKEN, added_by=tree.an),
    )


@pytest.fixture
def office(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Set up ward 4's office, with the ward's key on the server's token."""
    trust()
    # The device itself is tried in the tests of signing; here its key answers.
    monkeypatch.setattr(token, "sign", lambda *, token_label, key_label, data: sign(pki().ward, data))
    return _furnish(tree)


@pytest.fixture
@replayed
def awaiting(office: Office) -> Document:
    """Return a document that waits for An's signature, made before the test changes anything."""
    return office.to_sign()


@pytest.fixture
@replayed
def signed(office: Office) -> Document:
    """Return a document that An has signed, made before the test changes anything."""
    return office.signed()


@pytest.fixture
@replayed
def issued(office: Office) -> Document:
    """Return an issued document, made before the test changes anything."""
    return office.issued()


@replayed
def numbered(office: Office) -> Issuing:
    """Return the issuing of a document that has its number and no seal, made before the test changes anything."""
    return office.numbered()


@replayed
def issued_to(office: Office, *receivers: Receiver) -> Document:
    """Return a document issued to receivers, made before the test changes anything."""
    return office.issued(None, *receivers)


@pytest.fixture
def refused() -> Callable[..., str]:
    """Return a function that calls an action and returns the code of its refusal."""

    def code(action: Callable[..., object], **named: object) -> str:
        with pytest.raises(Refused) as caught:
            action(**named)
        return caught.value.problem.code

    return code


__all__ = ["ADDRESS", "TODAY", "Office", "issued_to", "numbered", "plan"]
