"""Receipts with keys made by a phone, confirmations before the receipt has arrived, and further links to a receipt."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.access_codes import clean_code, is_code, is_link
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.support import personal, receipt_keys, rules
from doanso.support.actions import (
    Helper,
    ReceiptKey,
    apply_early_confirmations,
    confirm_early,
    confirm_receipt,
    dispute_receipt,
    drop_device_keys,
    print_receipt,
)
from doanso.support.models import Confirmation, Dispute, EarlyConfirmation, Receipt, ReceiptLink, SupportRecord
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY

LINK = "AAECAwQFBgcICQoLDA0ODw"


def test_the_keys_that_a_phone_made_open_the_slip_and_can_be_printed_again():
    sealed, link, code = receipt_keys.accept_phone_keys(LINK, "7KQ2M4XD", 1951)
    assert (link, code) == (receipt_keys.link_lookup(LINK), receipt_keys.code_lookup("7KQ2M4XD", 1951))
    assert receipt_keys.keys_of(Receipt(keys_encrypted=sealed, code_lookup=code)) == receipt_keys.AccessCodes(
        LINK, "7KQ2-M4XD"
    )


def test_without_a_year_of_birth_the_code_opens_nothing():
    assert receipt_keys.accept_phone_keys(LINK, "7KQ2M4XD", None)[2] == ""


@pytest.mark.parametrize(
    ("link", "code", "field"),
    [
        ("", "7KQ2M4XD", "link"),
        (LINK[:-1], "7KQ2M4XD", "link"),
        (LINK + "A", "7KQ2M4XD", "link"),
        (LINK[:-1] + "x", "7KQ2M4XD", "link"),
        (LINK[:-1] + "+", "7KQ2M4XD", "link"),
        (LINK + "\n", "7KQ2M4XD", "link"),
        ("đ" + LINK[1:], "7KQ2M4XD", "link"),
        (LINK, "7KQ2M4X", "code"),
        (LINK, "7KQ2-M4XD", "code"),
        (LINK, "7kq2m4xd", "code"),
        (LINK, "7KQ2M4X0", "code"),
        (LINK, "7KQ2M4XU", "code"),
        (LINK, "7KQ2M4XD\n", "code"),
    ],
)
def test_keys_of_another_shape_are_refused_by_the_field_that_is_wrong(link: str, code: str, field: str):
    with pytest.raises(Refused) as refused:
        receipt_keys.accept_phone_keys(link, code, 1951)
    assert refused.value.problem.field == field


def test_every_slip_of_our_own_has_keys_of_that_shape():
    for _nth in range(50):
        sealed, _link, code = receipt_keys.new_keys(uuid7(), 1951)
        keys = receipt_keys.keys_of(Receipt(keys_encrypted=sealed, code_lookup=code))
        assert keys is not None
        assert is_link(keys.link)
        assert is_code(clean_code(keys.code))


# --- A word given early -------------------------------------------------------------------------------------------------

NOON = datetime(2026, 11, 12, 5, 0, tzinfo=UTC)
DEVICE = ["10.0.0.1", "A phone", "vi"]


def other_link(nth: int) -> str:
    """Return a link as a phone makes one."""
    return base64.urlsafe_b64encode(nth.to_bytes(16, "big")).rstrip(b"=").decode()


def arrived(
    ward, *, link: str = LINK, shown_until: datetime | None = None, name: str = "Nguyễn Văn Bảy"
) -> SupportRecord:
    """Make a record whose receipt's keys a phone had made, as sync writes it."""
    [support_record] = ward.support_record(record_input(name, second=Helper("Võ Thị Năm", "official")))
    sealed, link_hash, code_hash = receipt_keys.accept_phone_keys(link, "7KQ2M4XD", 1951)
    Receipt.objects.filter(pk=support_record.receipt_id).update(
        keys_encrypted=sealed, link_lookup=link_hash, code_lookup=code_hash, shown_until=shown_until
    )
    return support_record


def key_of(support_record: SupportRecord) -> ReceiptKey:
    receipt = Receipt.objects.get(helps=support_record)
    assert receipt.link_lookup is not None
    return ReceiptKey(receipt.pk, receipt.link_lookup, receipt.shown_until, receipt.unit_id)


def grade(support_record: SupportRecord) -> int:
    return SupportRecord.objects.get(pk=support_record.pk).grade


def say(link: str = LINK, *, staff: bool = False, place: str = "10.0.0.1") -> None:
    confirm_early(link=link, staff_browser=staff, device=DEVICE, network=place)


@given(
    seconds=st.integers(-3, 3),
    shown=st.none() | st.integers(-3, 3),
    staff=st.booleans(),
)
def test_a_word_lifts_exactly_when_nobody_of_the_union_can_have_given_it(seconds, shown, staff):
    made_at = NOON + timedelta(seconds=seconds)
    shown_until = NOON + timedelta(seconds=shown) if shown is not None else None

    raises_grade = rules.raises_grade(made_at=made_at, staff_browser=staff, shown_until=shown_until)
    assert raises_grade == (not staff and (shown is None or seconds > shown))
    # A later confirmation in the same browser raises the grade whenever an earlier one does: the last may be kept.
    later = rules.raises_grade(made_at=made_at + timedelta(seconds=1), staff_browser=staff, shown_until=shown_until)
    assert later >= raises_grade


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shown", "staff", "expected"),
    [(None, False, 3), (-60, False, 3), (60, False, 2), (None, True, 2), (-60, True, 2), (60, True, 2)],
)
def test_an_early_word_becomes_a_confirmation_of_its_own_moment(ward, shown, staff, expected):
    say(staff=staff)
    early = EarlyConfirmation.objects.get()
    support_record = arrived(ward, shown_until=early.made_at + timedelta(seconds=shown) if shown is not None else None)

    assert apply_early_confirmations([key_of(support_record)]) == 1
    confirmation = Confirmation.objects.get()
    assert (confirmation.made_at, confirmation.staff_browser, confirmation.receipt_id) == (
        early.made_at,
        staff,
        support_record.receipt_id,
    )
    assert (confirmation.made_on, confirmation.device) == (TODAY, early.device)
    assert grade(support_record) == expected
    assert not EarlyConfirmation.objects.exists()
    assert apply_early_confirmations([key_of(support_record)]) == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("shown_for", "staff", "expected"), [(60, False, 2), (-1, False, 3), (None, False, 3), (-1, True, 2)]
)
def test_a_word_while_the_phone_shows_the_page_lifts_nothing_and_a_later_one_does(ward, shown_for, staff, expected):
    until = clock.now() + timedelta(seconds=shown_for) if shown_for is not None else None
    support_record = arrived(ward, shown_until=until)
    first = confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=staff, device=DEVICE)
    assert grade(support_record) == expected

    # Repeated at once it is the same confirmation.
    assert confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=staff, device=DEVICE).pk == first.pk
    Receipt.objects.filter(pk=support_record.receipt_id).update(shown_until=clock.now())
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=DEVICE)
    assert grade(support_record) == 3
    assert list(recount()) == []


@pytest.mark.django_db
def test_of_several_early_words_the_one_that_may_lift_is_kept(ward):
    say(staff=True)
    say()
    stored = EarlyConfirmation.objects.get()
    say(staff=True)
    assert (EarlyConfirmation.objects.get().made_at, stored.staff_browser) == (stored.made_at, False)

    say()
    assert EarlyConfirmation.objects.get().made_at > stored.made_at


@pytest.mark.django_db
def test_a_word_to_a_receipt_that_has_come_meanwhile_confirms_it(ward):
    support_record = arrived(ward)
    say()

    assert (grade(support_record), EarlyConfirmation.objects.count()) == (3, 0)


@pytest.mark.django_db
def test_a_hundred_receipts_are_settled_in_as_many_statements_as_ten(ward):
    counts = []
    for first, many in ((1000, 4), (2000, 12)):
        support_records = [
            arrived(ward, link=other_link(first + nth), name=f"Nguyễn Thị {first + nth}") for nth in range(many)
        ]
        EarlyConfirmation.objects.bulk_create(
            [
                EarlyConfirmation(receipt_keys.link_lookup(other_link(first + nth)), NOON, False, "")
                for nth in range(many)
            ]
        )
        with CaptureQueriesContext(connection) as caught:
            settled = apply_early_confirmations([key_of(support_record) for support_record in support_records])
        counts.append(len(caught) - many)
        assert settled == many
    assert counts[0] == counts[1]


@pytest.mark.django_db
def test_a_disputed_or_taken_back_help_is_not_lifted_by_an_early_word(ward):
    support_record = arrived(ward)
    EarlyConfirmation.objects.create(
        link_lookup=receipt_keys.link_lookup(LINK), made_at=clock.now(), staff_browser=False
    )
    dispute_receipt(receipt_id=support_record.receipt_id, reason="not-me")
    apply_early_confirmations([key_of(support_record)])

    assert grade(support_record) == 2


@pytest.mark.django_db
def test_one_network_says_so_sixty_times_an_hour_whether_receipts_exist_or_not(ward):
    for nth in range(rules.EARLY_OF_A_PLACE):
        say(other_link(nth))
    with pytest.raises(Refused) as refused:
        say(other_link(99))
    assert refused.value.problem.code == "too_many_tries"
    assert EarlyConfirmation.objects.count() == rules.EARLY_OF_A_PLACE

    say(other_link(99), place="10.0.0.2")
    assert Client().post(f"/r/{LINK}/confirm/", REMOTE_ADDR="10.0.0.1").status_code == 422


@pytest.mark.django_db
def test_early_words_wait_thirty_days_and_keep_their_device_for_seven(ward):
    say()
    for days, device, expected_count in ((6, True, 1), (8, False, 1), (31, False, 0)):
        EarlyConfirmation.objects.update(made_at=clock.now() - timedelta(days=days))
        drop_device_keys()
        assert EarlyConfirmation.objects.count() == expected_count
        assert EarlyConfirmation.objects.exclude(device="").exists() == device


# --- Pages --------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_link_that_has_not_come_yet_waits_and_takes_a_word_already(ward):
    browser = Client(enforce_csrf_checks=True)
    waits = browser.get(f"/r/{LINK}/")
    assert (waits.status_code, waits["Referrer-Policy"]) == (200, "no-referrer")
    assert "Đang chờ gửi" in waits.content.decode()
    assert browser.get(f"/r/{LINK}/mine/").status_code == 404

    answer = browser.post(f"/r/{LINK}/confirm/")
    assert answer.status_code == 200
    assert not answer.cookies
    # The page is the same as for any other link.
    unknown = Client().get(f"/r/{other_link(7)}/").content.decode().replace(other_link(7), LINK)
    assert Client().get(f"/r/{LINK}/").content.decode() == waits.content.decode() == unknown

    support_record = arrived(ward)
    apply_early_confirmations([key_of(support_record)])
    assert "Biên nhận này đã được xác nhận" in Client().get(f"/r/{LINK}/").content.decode()


@pytest.mark.django_db
def test_a_word_given_under_the_helpers_eyes_still_leaves_the_button(ward):
    support_record = arrived(ward, shown_until=clock.now() + timedelta(minutes=1))
    Client().post(f"/r/{LINK}/confirm/")
    page = Client().get(f"/r/{LINK}/").content.decode()
    assert (grade(support_record), "Đúng, tôi xác nhận" in page) == (2, True)


@pytest.mark.django_db
def test_a_second_phones_link_opens_the_same_receipt_in_every_page_and_goes_with_it(ward):
    support_record = arrived(ward)
    second = other_link(5)
    ReceiptLink.objects.create(link_lookup=receipt_keys.link_lookup(second), receipt_id=support_record.receipt_id)
    browser = Client()

    assert "ông/bà Bảy" in browser.get(f"/r/{second}/").content.decode()
    assert browser.post(f"/r/{second}/confirm/").status_code == 200
    assert browser.post(f"/r/{second}/wrong/", {"parts": "day"}).status_code == 200
    assert browser.post(f"/r/{second}/mine/", {"ask": "copy"}).status_code == 200
    assert browser.post(f"/r/{second}/dispute/", {"reason": "not-me"}).status_code == 200
    assert {row.receipt_id for row in (*Confirmation.objects.all(), *Dispute.objects.all())} == {
        support_record.receipt_id
    }
    assert print_receipt(actor=ward.tree.an, receipt_id=support_record.receipt_id) == receipt_keys.AccessCodes(
        LINK, "7KQ2-M4XD"
    )

    personal.erase([support_record.person_id])
    assert not ReceiptLink.objects.exists()
    for link in (LINK, second):
        assert "Đang chờ gửi" in browser.get(f"/r/{link}/").content.decode()


@pytest.mark.django_db
def test_an_early_word_to_a_second_phones_link_confirms_the_receipt_that_was_there(ward):
    support_record = arrived(ward)
    second = other_link(5)
    say(second)
    lookup = receipt_keys.link_lookup(second)
    ReceiptLink.objects.create(link_lookup=lookup, receipt_id=support_record.receipt_id)
    apply_early_confirmations([ReceiptKey(support_record.receipt_id, lookup, None, support_record.unit_id)])

    assert (grade(support_record), Confirmation.objects.get().receipt_id) == (3, support_record.receipt_id)
