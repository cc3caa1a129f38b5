"""The demo's documents: plans and letters of the city and a ward, signed, numbered and opened; others under way.

Certificates are of the installation's test authority and say that they have no legal force. The signers' keys are written to the
data folder for the signing program, where a token would hold them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from pathlib import Path

from doanso.accounts.models import User
from doanso.documents.actions import (
    deliveries,
    drafts,
    issuing,
    mandates,
    numbers,
    paper_originals,
    routing,
    signing,
)
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.demo_words import LETTER, PLAN, STREET, WARD_PLAN
from doanso.documents.drafts import Draft
from doanso.documents.models import Document, Mandate
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.signing import actions as signatures
from doanso.signing.actions import authorities
from doanso.signing.models import AuthorityPurpose, Certificate, Session, SignerKind, Way
from doanso.signing.queries import run_of
from doanso.signing.testca.authority import TestAuthority, load_or_make
from doanso.signing.testca.issuing import IssuedCertificate
from doanso.units import queries as units
from doanso.units.models import Unit

ADDRESS = "http://localhost:8000"
KEY_PASSWORD = "doan-so"  # noqa: S105 -- printed in the README, and worth nothing
"""Opens the demo's key files; they sign nothing of legal force."""
UNOPENED = 3


@dataclass
class DemoOffice:
    """One unit's people, mandate, certificates and keys."""

    unit: Unit
    signer: User
    clerk: User
    mandate: Mandate | None = None
    hand: Certificate | None = None
    seal: Certificate | None = None
    keys: dict[str, IssuedCertificate] = field(default_factory=dict)

    def set_up(self, authority: TestAuthority, folder: Path, *, wording: tuple[str, str, str]) -> None:
        """Give the signer a mandate, and the signer and the unit a certificate each."""
        words, body, post = wording
        self.mandate = mandates.give_mandate(
            actor=self.signer, unit=self.unit, user=self.signer, wording=words, body=body, post=post, since=FIRST
        )
        name = units.named_unit(self.unit).name
        self.hand = self._certificate(authority.person(self.signer.display_name, name), self.signer, folder)
        self.seal = self._certificate(authority.organisation(name), self.signer, folder, office=True)

    def _certificate(
        self, issued: IssuedCertificate, actor: User, folder: Path, *, office: bool = False
    ) -> Certificate:
        kind = SignerKind.ORGANISATION if office else SignerKind.PERSON
        certificate = signatures.add_certificate(
            actor=actor, kind=kind, unit=self.unit, way=Way.AGENT, content=issued.pem, is_theirs=True
        )
        self.keys[certificate.fingerprint] = issued
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = folder / f"{'con-dau-' + self.unit.code if office else actor.username}.p12"
        path.touch(mode=0o600)
        path.write_bytes(issued.p12(certificate.subject, KEY_PASSWORD))
        return certificate

    def sign(self, session: Session) -> None:
        """Complete a session with its key, as the signer's own machine would."""
        key = self.keys[session.certificate.fingerprint]
        signatures.complete_signature(session=session, signature=key.sign(bytes(session.to_sign)))

    def signed(self, draft: Draft, *, reviewers: Sequence[User] = ()) -> Document:
        """Return a document that was reviewed and signed."""
        document = self.sent(draft, reviewers=reviewers)
        for reviewer in reviewers:
            document = routing.pass_step(
                actor=reviewer, document=document, expected_version=document.version, words="Nhất trí."
            )
        return self._sign_sent(document)

    def _sign_sent(self, document: Document) -> Document:
        begun = signing.begin_signing(
            actor=self.signer,
            document=document,
            expected_version=document.version,
            certificate=_there(self.hand),
            base=ADDRESS,
        )
        self.sign(begun.session)
        document.refresh_from_db()
        return document

    def sent(self, draft: Draft, *, reviewers: Sequence[User] = ()) -> Document:
        """Return a document that was sent on its way."""
        document = drafts.start_document(actor=self.clerk, unit=self.unit, draft=draft)
        return routing.send_on(
            actor=self.clerk, document=document, expected_version=1, reviewers=list(reviewers), mandate=self.mandate
        )

    def issued(
        self, draft: Draft, receivers: Sequence[Receiver], *, reviewers: Sequence[User] = (), public: bool = False
    ) -> Document:
        """Return a document that was signed, numbered, sealed and sent."""
        return self._seal(self.signed(draft, reviewers=reviewers), receivers, public=public)

    def issued_draft(self, document: Document, receivers: Sequence[Receiver]) -> Document:
        """Return a document that another app drafted, signed, numbered, sealed and sent."""
        sent = routing.send_on(
            actor=self.clerk, document=document, expected_version=document.version, reviewers=[], mandate=self.mandate
        )
        return self._seal(self._sign_sent(sent), receivers)

    def _seal(self, document: Document, receivers: Sequence[Receiver], *, public: bool = False) -> Document:
        issuing.ask_issue(
            actor=self.clerk, document=document, certificate=_there(self.seal), receivers=receivers, is_public=public
        )
        for session in run_of(issuing.begin_seal(actor=self.clerk, document=document).session):
            self.sign(session)
        issuing.advance(document.pk)
        document.refresh_from_db()
        return document


FIRST = date(2023, 1, 9)


class DocumentStory:
    """The documents of the city and one ward, in order of time."""

    def __init__(
        self,
        city: Unit,
        secretary: User,
        clerk: User,
        officer: User,
        wards: Sequence[tuple[Unit, User]],
        printed: str,
        folder: Path,
    ) -> None:
        self.city = DemoOffice(city, secretary, clerk)
        self.officer = officer
        self.wards = list(wards)
        unit, person = next((ward for ward in self.wards if ward[0].code == printed), self.wards[0])
        self.ward = DemoOffice(unit, person, person)
        self.folder = folder
        self.documents: dict[str, Document] = {}

    def schedule(self, until: date) -> list[DatedAction]:
        """Return the dated actions up to a day; each stores files, so each is a transaction of its own."""
        actions: list[DatedAction] = [
            (FIRST, self.begin),
            (date(2023, 3, 6), self.plan),
            (date(2023, 5, 10), partial(self.paper, "Về việc tổ chức giao ban công tác Đoàn quý II", "notice")),
            (date(2023, 9, 12), self.secret),
            (date(2023, 10, 16), self.letter),
            (date(2023, 10, 20), partial(self.answers, 9)),
            (date(2023, 11, 2), self.ward_plan),
            (date(2023, 11, 6), self.street),
            (date(2023, 11, 10), self.under_way),
        ]
        return [(day, SeparateAction(do)) for day, do in actions if day <= until]

    def issue_report(self, document: Document) -> Document:
        """Issue a report that another app drafted in the city's office, to all wards."""
        return self.city.issued_draft(document, self._to_wards())

    def begin(self) -> None:
        """Trust a test authority, and set up both offices."""
        authority = load_or_make()
        for purpose in AuthorityPurpose.values:
            for issued, listed in zip((authority.root, authority.issuing), authority.lists(), strict=True):
                added = authorities.add_authority(actor=None, content=issued.der, purpose=purpose, legal_force=False)
                authorities.load_list(actor=None, authority=added, content=listed)
        self.city.set_up(authority, self.folder, wording=("TM.", "BAN THƯỜNG VỤ", "BÍ THƯ"))
        self.ward.set_up(authority, self.folder, wording=("TM.", "BAN CHẤP HÀNH", "BÍ THƯ"))

    def _to_wards(self, *, answer_by: date | None = None) -> list[Receiver]:
        return [Receiver(unit=unit, answer_by=answer_by) for unit, _person in self.wards]

    def _open(self, document: Document, *, but: int = 0) -> None:
        by_unit: Mapping[object, User] = {unit.pk: person for unit, person in self.wards}
        sent_deliveries = list(document.deliveries.order_by("id"))
        for delivery in sent_deliveries[: len(sent_deliveries) - but]:
            deliveries.open_delivery(actor=by_unit[delivery.unit_id], delivery=delivery)

    def plan(self) -> None:
        """Issue the plan of the year to all wards and to the public."""
        self.documents["plan"] = self.city.issued(PLAN, self._to_wards(), reviewers=[self.officer], public=True)
        self._open(self.documents["plan"])

    def paper(self, summary: str, kind: str) -> None:
        """Register a paper document."""
        draft = Draft(profile="doan", kind=kind, summary=summary)
        paper_originals.register_paper(actor=self.city.clerk, unit=self.city.unit, draft=draft, dated=date(2023, 5, 10))

    def secret(self) -> None:
        """Note a secret document's number."""
        numbers.note_secret(actor=self.city.clerk, unit=self.city.unit, dated=date(2023, 9, 12))

    def letter(self) -> None:
        """Issue a letter that asks for an answer."""
        by = date(2023, 10, 25)
        self.documents["letter"] = self.city.issued(LETTER, self._to_wards(answer_by=by))
        self._open(self.documents["letter"])

    def answers(self, count: int) -> None:
        """Answer the letter for `count` wards."""
        by_unit: Mapping[object, User] = {unit.pk: person for unit, person in self.wards}
        for delivery in self.documents["letter"].deliveries.exclude(unit=None).order_by("id")[:count]:
            deliveries.answer_delivery(
                actor=by_unit[delivery.unit_id],
                delivery=delivery,
                words="Đơn vị đã rà soát và gửi số liệu trên hệ thống.",
            )

    def ward_plan(self) -> None:
        """Issue a ward's own plan to its branches."""
        branches = [Receiver(unit=branch.unit) for branch in units.branches(self.ward.unit)]
        self.ward.issued(WARD_PLAN, branches or [Receiver(outside="Ủy ban nhân dân")])

    def street(self) -> None:
        """Issue the city's newest plan, which some wards have not opened."""
        self.documents["street"] = self.city.issued(STREET, self._to_wards(), reviewers=[self.officer])
        self._open(self.documents["street"], but=UNOPENED)

    def under_way(self) -> None:
        """Leave a document waiting for the clerk, one for the signer, one for a reviewer, and a draft."""
        say = partial(Draft, profile="doan", body=PLAN.body, recipients=PLAN.recipients)
        self.city.signed(say(kind="decision", summary="Thành lập Tổ công nghệ số cộng đồng điểm Chợ Vòng Nhỏ"))
        waiting = self.city.sent(
            say(kind="plan", summary="Tổ chức Ngày hội thanh toán không dùng tiền mặt"), reviewers=[self.officer]
        )
        routing.pass_step(actor=self.officer, document=waiting, expected_version=1)
        self.city.sent(
            say(kind="notice", summary="Kết luận giao ban công tác chuyển đổi số tháng 10"), reviewers=[self.officer]
        )
        drafts.start_document(
            actor=self.city.clerk,
            unit=self.city.unit,
            draft=say(kind="proposal", summary="Xin chủ trương mở lớp tập huấn VNeID"),
        )
        self.ward.sent(say(kind="report", summary="Kết quả hỗ trợ người dân tháng 10 năm 2023"))


def _there(certificate: Certificate | None) -> Certificate:
    if certificate is None:
        raise ValueError("The office was not set up.")
    return certificate
