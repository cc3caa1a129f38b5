"""A plan goes from its first word to its receivers in a bounded number of clicks, with every rule as before."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from lxml import html

from doanso.documents.actions.issuing import advance
from doanso.documents.models import Document, DocumentState, Issuing
from doanso.documents.tests.conftest import Office, plan
from doanso.signing.actions import complete_signature
from doanso.signing.models import Session, Way
from doanso.signing.tests.pki import pki, sign

pytestmark = pytest.mark.django_db

MOST_CLICKS = 12


@dataclass
class Walk:
    """One person's way through pages: only what a page offers is clicked, and each click is noted."""

    client: Client
    clicks: list[str]
    page: Any = field(default=None)

    def open(self, url: str) -> None:
        """Open where the person's menu or bookmark leads."""
        self._show(self.client.get(url, follow=True))

    def follow(self, text: str) -> str:
        """Click the link with this text and return its URL."""
        link = next(link for link in self.page.iter("a") if text in " ".join(link.text_content().split()))
        self.clicks.append(f"link: {text}")
        url: str = link.get("href")
        if url.startswith("/"):
            self.open(url)
        return url

    def tick(self, name: str, value: str) -> None:
        """Tick a box of the page."""
        box = next(box for box in self.page.iter("input") if (box.get("name"), box.get("value")) == (name, value))
        box.set("checked", "checked")
        self.clicks.append(f"tick: {name}")

    def press(self, text: str, **typed: str) -> None:
        """Press the button with this text, with what the page fills in and what the person types."""
        button = next(button for button in self.page.iter("button") if text in " ".join(button.text_content().split()))
        form = next(button.iterancestors("form"))
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        if button.get("name"):
            values[button.get("name")] = [button.get("value", "")]
        url = button.get("formaction") or form.get("action") or self.url
        self.clicks.append(f"button: {text}")
        self._show(self.client.post(url, values | {name: [value] for name, value in typed.items()}, follow=True))

    def _show(self, answer: HttpResponse) -> None:
        assert answer.status_code == 200, answer.content.decode()
        self.url = answer.request["PATH_INFO"]  # type: ignore[attr-defined]
        self.page = html.fromstring(answer.content.decode())


def _sign_with_program(walk: Walk, key: Any) -> None:
    """Open the signing program from the page; the key signs there, and the page goes on by itself."""
    assert "/sign#" in walk.follow("Mở chương trình ký")
    session = Session.objects.get(state="open")
    [waiting] = [each.get("hx-get") for each in walk.page.iter() if "waiting" in (each.get("hx-get") or "")]
    assert walk.client.get(waiting).status_code == 204
    complete_signature(session=session, signature=sign(key, bytes(session.to_sign)))
    walk.open(walk.client.get(waiting)["HX-Redirect"])


def test_a_plan_is_written_reviewed_signed_numbered_sealed_and_issued_in_few_clicks(office: Office, as_user):
    office.seal.way = Way.AGENT
    office.seal.save()
    clicks: list[str] = []
    mai, phuc, an = (Walk(as_user(user), clicks) for user in (office.mai, office.phuc, office.an))
    draft = plan()

    mai.open("/documents/")
    mai.follow("Soạn văn bản")
    recipients = "Đoàn phường 5\nLưu VP"
    mai.press("Lưu và trình", kind="plan", summary=draft.summary, body="Như sau:\nMột", recipients=recipients)
    mai.tick("reviewers", str(office.phuc.pk))
    mai.press("Trình")

    phuc.open("/documents/")
    phuc.follow(draft.summary)
    phuc.press("Đồng ý")

    an.open("/documents/")
    an.follow(draft.summary)
    an.press("Tiếp tục ký")
    _sign_with_program(an, pki().an)
    assert Document.objects.get().state == DocumentState.SIGNED

    mai.open("/documents/")
    mai.follow(draft.summary)
    mai.press("Cấp số, đóng dấu")
    _sign_with_program(mai, pki().ward)
    advance(Issuing.objects.get().pk)

    document = Document.objects.get()
    assert document.state == DocumentState.ISSUED
    assert [delivery.unit.code for delivery in document.deliveries.all()] == ["p5"]
    assert {signature.by for signature in document.signatures.all()} == {office.an, office.mai}
    assert len(clicks) <= MOST_CLICKS, clicks


def test_the_signer_and_the_clerk_see_files_and_remarks_without_the_document_s_page(office: Office, as_user):
    from doanso.documents.actions.drafts import attach
    from doanso.documents.actions.routing import comment
    from doanso.signing.tests.pki import base_pdf

    draft = office.draft()
    attach(actor=office.mai, document=draft, source=base_pdf("phu-luc"), name="phu-luc.pdf")
    document = office.to_sign(draft)
    comment(actor=office.phuc, document=document, version=1, words="Xem lại mục II")
    shown = as_user(office.an).get(f"/documents/{document.pk}/sign/").content.decode()
    assert "phu-luc.pdf" in shown
    assert "1 góp ý chưa tiếp thu" in shown
    signed = office.signed(document)
    shown = as_user(office.mai).get(f"/documents/{signed.pk}/issue/").content.decode()
    assert "phu-luc.pdf" in shown
    assert f'hx-get="/documents/{signed.pk}/preview/"' in shown
