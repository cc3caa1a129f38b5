"""Requests to take a public photo down: it is hidden at once, and the unit takes it down or keeps it with an answer."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.models import EventPhoto, PhotoRequest
from doanso.events.tests.conftest import Festival
from doanso.events.tests.test_photos import CROWD, TENTS, add
from doanso.events.tests.test_photos import held as held
from doanso.lib.problems import Refused
from doanso.support.models import Tries

pytestmark = pytest.mark.django_db
FORM = {"reason": "own", "words": "người áo\u202e xanh bên\u200b trái"}


def text_of(answer: Any) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def addresses(festival: Festival, photo: EventPhoto) -> tuple[str, str, str]:
    """The form, the picture, and the event's page."""
    slug = festival.event.slug
    return (
        reverse("events:request-photo-removal", args=[slug, photo.pk]),
        reverse("events:small-public-photo", args=[slug, photo.pk]),
        reverse("events:public-event", args=[slug]),
    )


def test_a_requested_photo_leaves_the_page_at_once_and_is_taken_down(held: Festival, as_user: Any) -> None:
    photo, visitor = add(held, CROWD), Client()
    form, picture, page = addresses(held, photo)
    assert form in visitor.get(page).content.decode()
    assert "Xin gỡ ảnh" in text_of(visitor.get(form))
    assert visitor.post(form, {}).status_code == 422
    for _time in range(2):
        assert visitor.post(form, FORM)["Location"] == form
    [request] = PhotoRequest.objects.all()
    assert (request.reason, request.words, request.hides) == ("own", "người áo xanh bên trái", True)
    assert "Đơn vị đã nhận đề nghị gỡ ảnh này" in text_of(visitor.get(form))
    assert (visitor.get(picture).status_code, form in visitor.get(page).content.decode()) == (404, False)

    officer = as_user(held.by)
    album = text_of(officer.get(reverse("events:photos", args=[held.event.pk])))
    assert "người áo xanh bên trái" in album
    assert "Tạm ẩn, chờ trả lời" in album
    shown = text_of(officer.get(reverse("events:photo", args=[held.event.pk, photo.pk])))
    assert "Tôi có trong ảnh" in shown
    assert "Người trong ảnh đề nghị gỡ." in shown
    officer.post(
        reverse("events:take-down-photo", args=[held.event.pk, photo.pk]), {"reason": "Người trong ảnh xin gỡ"}
    )
    request.refresh_from_db()
    assert (request.is_kept, request.words, request.answered_by) == (False, "", held.by)
    assert "Ảnh đã được gỡ" in text_of(visitor.get(form))
    actions_of = AuditEvent.objects.filter(object_id=photo.pk).order_by("id").values_list("action", "actor_note")
    assert list(actions_of)[1:] == [("events.request_photo_removal", "người dân"), ("events.take_down_photo", "")]


def test_a_photo_that_stays_is_shown_again_with_an_answer_and_is_not_hidden_a_second_time(
    held: Festival, as_user: Any
) -> None:
    photo, visitor = add(held, CROWD), Client()
    form, picture, _page = addresses(held, photo)
    visitor.post(form, FORM)
    officer, keep = as_user(held.by), reverse("events:keep-photo", args=[held.event.pk, photo.pk])
    sent = {"request_ids": str(PhotoRequest.objects.get().pk), "answer": "Trong ảnh không nhận ra ai."}
    assert str(sent["request_ids"]) in text_of(officer.get(reverse("events:photo", args=[held.event.pk, photo.pk])))
    assert officer.post(keep, sent | {"answer": " "}).status_code == 422
    for _time in range(2):
        assert officer.post(keep, sent).status_code == 302
    assert AuditEvent.objects.filter(action="events.keep_photo").count() == 1
    assert visitor.get(picture).status_code == 200
    assert "Trong ảnh không nhận ra ai." in text_of(visitor.get(form))
    assert PhotoRequest.objects.get().words == ""
    visitor.post(form, {"reason": "other"})
    assert (visitor.get(picture).status_code, PhotoRequest.objects.filter(hides=False).count()) == (200, 1)
    assert "vẫn ở trên trang" in text_of(visitor.get(form))
    # A page that was opened before answers nobody whose request it does not show.
    assert "vừa được trả lời" in text_of(officer.post(keep, sent | {"answer": "Giữ lại."}))
    assert PhotoRequest.objects.filter(answered_at=None).count() == 1


def test_a_second_person_adds_words_and_nobody_is_answered_unread(held: Festival, as_user: Any) -> None:
    photo, officer = add(held, CROWD), as_user(held.by)
    form = addresses(held, photo)[0]
    keep = reverse("events:keep-photo", args=[held.event.pk, photo.pk])
    Client().post(form, FORM | {"words": "áo đỏ"})
    [first] = PhotoRequest.objects.all()
    page = Client().get(form).content.decode()
    assert "Bạn cũng có trong ảnh, hoặc muốn nói thêm" in page
    assert "áo đỏ" not in page
    child = {"reason": "child", "words": "bé gái hàng đầu"}
    assert Client().post(form, child).status_code == 302
    shown = text_of(officer.get(reverse("events:photo", args=[held.event.pk, photo.pk])))
    assert "2 người đề nghị gỡ ảnh này" in shown
    assert "áo đỏ" in shown
    assert "bé gái hàng đầu" in shown
    assert "Có 1 ảnh được đề nghị gỡ" in text_of(officer.get(reverse("events:photos", args=[held.event.pk])))
    today = text_of(officer.get(reverse("home:today")))
    assert re.search(r"\b1\b(<[^>]*>|\s)*ảnh có người xin gỡ", today)

    stale = officer.post(keep, {"request_ids": str(first.pk), "answer": "Không nhận ra ai."})
    assert (stale.status_code, PhotoRequest.objects.filter(answered_at=None).count()) == (422, 2)
    ids = ",".join(str(pk) for pk in PhotoRequest.objects.values_list("pk", flat=True))
    for _time in range(2):
        assert officer.post(keep, {"request_ids": ids, "answer": "Không nhận ra ai."}).status_code == 302
    assert set(PhotoRequest.objects.values_list("words", "is_kept", "answer")) == {("", True, "Không nhận ra ai.")}
    assert AuditEvent.objects.filter(action="events.keep_photo").count() == 1


def test_at_most_five_people_ask_about_a_photo_before_the_answer(held: Festival) -> None:
    form = addresses(held, add(held, CROWD))[0]
    answers = [Client().post(form, {"reason": "other", "words": f"lý do {number}"}) for number in range(6)]
    assert [answer.status_code for answer in answers] == [302] * 5 + [422]
    assert "Đã có 5 người đề nghị về ảnh này." in text_of(answers[-1])


def test_it_waits_for_the_unit_and_no_other(held: Festival, as_user: Any) -> None:
    photo = add(held, CROWD)
    Client().post(addresses(held, photo)[0], FORM)
    text = text_of(as_user(held.by).get(reverse("home:today")))
    assert "ảnh có người xin gỡ" in text
    assert "ảnh có người xin gỡ" not in text_of(as_user(held.tree.an).get(reverse("home:today")))
    assert as_user(held.tree.an).post(
        reverse("events:keep-photo", args=[held.event.pk, photo.pk]), {"answer": "Không"}
    ).status_code in (403, 404)


def test_what_is_not_public_is_not_asked_about(held: Festival) -> None:
    hidden = add(held, TENTS)
    form = addresses(held, hidden)[0]
    assert Client().get(form).status_code == 404
    with pytest.raises(Refused, match="photo_gone"):
        actions.request_photo_removal(photo_id=hidden.pk, reason="own", words="", network="203.0.113.7")
    for inputs, code in (
        ({"reason": "own", "words": "gọi 0912345678"}, "event_text_number"),
        ({"reason": ""}, "reason"),
    ):
        with pytest.raises(Refused, match=code):
            actions.request_photo_removal(photo_id=hidden.pk, **{"words": "", "network": "203.0.113.7"} | inputs)


def test_one_network_hides_no_album(held: Festival) -> None:
    photo = add(held, CROWD)
    actions.request_photo_removal(photo_id=photo.pk, reason="own", words="", network="203.0.113.7")
    Tries.objects.update(count=10)
    with pytest.raises(Refused, match="too_many_tries"):
        actions.request_photo_removal(photo_id=photo.pk, reason="own", words="", network="203.0.113.7")
