"""The cast of signing: whose certificates are in use, and something that asks for signatures."""

from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.lib.uuid7 import uuid7
from doanso.signing import ports
from doanso.signing.actions import SignatureStart, begin_signature
from doanso.signing.models import Certificate, Session, SignerKind, Way
from doanso.signing.tests.pki import FILLS, certificate_row, opened_pdf, person_signed_pdf, pki, sign, trust
from doanso.testing import Tree

OWNER = "test.paper"


@dataclass
class Desk:
    """Certificates in use by name, a paper that wants signatures, and what its owner was notified of."""

    tree: Tree
    completed: list[Session] = field(default_factory=list)
    paper: UUID = field(default_factory=uuid7)

    def certificate(self, signer_name: str, *, way: str = Way.AGENT, **more: object) -> Certificate:
        """A row of somebody's certificate: an or binh as persons, city or ward as organisations."""
        is_body = signer_name in ("city", "ward")
        return certificate_row(
            getattr(pki(), signer_name),
            unit=self.tree.units["my-tho" if signer_name == "city" else "p4"],
            user=None if is_body else self.tree.users["binh" if signer_name == "binh" else "an"],
            added_by=self.tree.giang,
            way=way,
            **more,
        )

    def blob(self, content: bytes) -> Blob:
        """The bytes as a stored file."""
        return files.store(source=content, name="ke-hoach.pdf", limit=8 << 20)

    def begin(self, certificate: Certificate, **more: object) -> SignatureStart:
        """Begin a signature of the paper: the person's on the opened file, the organisation's on the person's."""
        is_person = certificate.kind == SignerKind.PERSON
        values: dict[str, object] = {
            "actor": certificate.user or self.tree.dung
            if is_person or certificate.unit.code == "my-tho"
            else self.tree.an,
            "owner_kind": OWNER,
            "owner_id": self.paper,
            "title": "Kế hoạch chuyển đổi số",
            "certificate": certificate,
            "field": "person" if is_person else "organisation",
            "fills": None if is_person else FILLS,
        }
        values |= more
        if "base" not in values:
            values["base"] = self.blob(opened_pdf() if is_person else person_signed_pdf())
        return begin_signature(**values)  # type: ignore[arg-type]

    def sign(self, signer_name: str, session: Session) -> bytes:
        """What somebody's key makes of a session."""
        return sign(getattr(pki(), signer_name), bytes(session.to_sign))

    def bytes_of(self, blob: Blob | None) -> bytes:
        """A stored file's bytes."""
        assert blob is not None
        with files.open_blob(blob) as plain:
            return plain.read()


@pytest.fixture
def desk(tree: Tree, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """The small tree with trusted authorities and an owner that is notified."""
    trust()
    made = Desk(tree)
    monkeypatch.setitem(ports.registered_owners, OWNER, made.completed.append)
    return made


@pytest.fixture
def refused() -> Callable[..., str]:
    """The code with which an action is refused."""
    from doanso.lib.problems import Refused

    def code(action: Callable[..., object], *arguments: object, **named: object) -> str:
        with pytest.raises(Refused) as caught:
            action(*arguments, **named)
        return caught.value.problem.code

    return code
