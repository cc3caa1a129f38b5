"""Agreements: how they stand, their paper, renewal and end, and the notices of those that run out."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from hypothesis import given
from hypothesis import strategies as st

from doanso.audit.queries import history
from doanso.incoming.actions import IncomingInput, take_in
from doanso.incoming.models import Arrival
from doanso.lib.problems import Refused
from doanso.lib.uuid7 import uuid7
from doanso.notices.models import Notice
from doanso.notices.ports import notice_kind
from doanso.partners import actions
from doanso.partners.actions import AgreementInput, AgreementPaper
from doanso.partners.models import Agreement
from doanso.partners.notices import EXPIRING
from doanso.partners.queries.agreements import chain_of, expiring_agreements
from doanso.partners.rules import AgreementStatus, agreement_status
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("valid_from", "valid_until", "ended_on", "is_renewed", "status"),
    [
        (TODAY + DAY, None, None, False, "upcoming"),
        (TODAY, None, None, False, "in-effect"),
        (TODAY - DAY, TODAY + 31 * DAY, None, False, "in-effect"),
        (TODAY - DAY, TODAY + 30 * DAY, None, False, "expiring"),
        (TODAY - DAY, TODAY, None, False, "expiring"),
        (TODAY - DAY, TODAY, None, True, "in-effect"),
        (TODAY - 9 * DAY, TODAY - DAY, None, False, "expired"),
        (TODAY - 9 * DAY, TODAY - DAY, None, True, "renewed"),
        (TODAY - 9 * DAY, TODAY + DAY, TODAY, False, "in-effect"),
        (TODAY - 9 * DAY, TODAY + DAY, TODAY - DAY, False, "ended"),
    ],
)
def test_how_an_agreement_stands(valid_from, valid_until, ended_on, is_renewed, status):
    found = agreement_status(valid_from, valid_until, ended_on, is_renewed=is_renewed, today=TODAY)
    assert found == status


@given(st.integers(-400, 400), st.integers(0, 400), st.booleans())
def test_each_agreement_stands_in_one_way_and_ends_in_none_that_asks(start, length, is_renewed):
    first = TODAY + start * DAY
    found = agreement_status(first, first + length * DAY, None, is_renewed=is_renewed, today=TODAY)
    asks = found in (AgreementStatus.EXPIRING, AgreementStatus.EXPIRED)
    left = start + length
    assert asks == (not is_renewed and start <= 0 and left <= 30)


def _inputs(**changes):
    values = {"title": "Thỏa thuận", "valid_from": date(2023, 12, 1), "valid_until": date(2024, 11, 30)}
    return AgreementInput(**values | changes)


@pytest.mark.parametrize(
    ("changes", "code", "field"),
    [
        ({"title": " "}, "agreement_title_missing", "title"),
        ({"signed_on": TODAY + DAY}, "agreement_signed_ahead", "signed_on"),
        ({"valid_until": date(2023, 11, 30)}, "agreement_days", "valid_until"),
        ({"terms": "Chuyển vào 0123 456 789 012"}, "partner_text_number", "terms"),
        ({"terms": "MẬT"}, "document_secret", "terms"),
        ({"document_id": uuid7()}, "agreement_document", "document"),
        ({"incoming_id": uuid7()}, "agreement_document", "document"),
    ],
)
def test_what_is_wrong_is_named(partnership, changes, code, field):
    with pytest.raises(Refused) as refused:
        actions.add_agreement(actor=partnership.tree.an, partner=partnership.bank, inputs=_inputs(**changes))
    assert (refused.value.problem.code, refused.value.problem.field) == (code, field)
    assert Agreement.objects.count() == 1


def test_a_stranger_enters_none(partnership):
    with pytest.raises(PermissionDenied):
        actions.add_agreement(actor=partnership.tree.chi, partner=partnership.bank, inputs=_inputs())


def test_a_new_file_takes_the_place_of_the_former(partnership):
    an = partnership.tree.an
    agreement = actions.add_agreement(
        actor=an, partner=partnership.bank, inputs=_inputs(), paper=AgreementPaper("ban-ky.pdf", base_pdf())
    )
    first = agreement.file
    assert first.name == "ban-ky.pdf"
    changed = actions.change_agreement(
        actor=an,
        agreement=agreement,
        read=1,
        inputs=_inputs(),
        paper=AgreementPaper("ban-moi.pdf", base_pdf()),
    )
    assert changed.file.name == "ban-moi.pdf"
    first.refresh_from_db()
    assert first.erased_at is not None
    assert history(changed).first().changed == ["file"]
    actions.erase_file(actor=an, agreement=changed)
    changed.file.refresh_from_db()
    assert changed.file.erased_at is not None


def test_a_file_of_another_kind_is_refused_on_its_field(partnership):
    with pytest.raises(Refused) as refused:
        actions.add_agreement(
            actor=partnership.tree.an,
            partner=partnership.bank,
            inputs=_inputs(),
            paper=AgreementPaper("a.exe", b"MZ" + b"0" * 100),
        )
    assert refused.value.problem.field == "paper"


def test_a_document_that_came_is_linked_by_its_number(partnership):
    an, p4 = partnership.tree.an, partnership.tree.units["p4"]
    take_in(actor=an, unit=p4, inputs=IncomingInput("UBND thành phố", "V/v phối hợp", "12/UBND-VX", date(2023, 11, 8)))
    number = Arrival.objects.get().number_id
    agreement = actions.add_agreement(actor=an, partner=partnership.bank, inputs=_inputs(incoming_id=number))
    assert agreement.incoming_id == number
    # The city's officer does not read the ward's book; what is linked stays linked in a change by the officer.
    changed = actions.change_agreement(
        actor=partnership.tree.dung, agreement=agreement, read=1, inputs=_inputs(title="Khác", incoming_id=number)
    )
    assert (changed.title, changed.incoming_id) == ("Khác", number)
    other = partnership.agree()
    with pytest.raises(Refused) as refused:
        actions.change_agreement(
            actor=partnership.tree.dung, agreement=other, read=1, inputs=_inputs(incoming_id=number)
        )
    assert refused.value.problem.code == "agreement_document"


def test_a_renewal_follows_the_former(partnership):
    an, former = partnership.tree.an, partnership.agreement
    with pytest.raises(Refused) as refused:
        actions.renew_agreement(actor=an, agreement=former, read=1, inputs=_inputs(valid_from=date(2023, 11, 30)))
    assert refused.value.problem.code == "agreement_overlap"
    renewal = actions.renew_agreement(actor=an, agreement=former, read=1, inputs=_inputs())
    assert renewal.previous_id == former.pk
    assert not expiring_agreements().exists()
    assert [row.agreement.pk for row in chain_of(renewal)] == [former.pk]
    with pytest.raises(Refused) as refused:
        actions.renew_agreement(actor=an, agreement=former, read=1, inputs=_inputs())
    assert refused.value.problem.code == "agreement_renewed"
    # The former one can no longer reach into the newer one.
    with pytest.raises(Refused) as refused:
        actions.change_agreement(
            actor=an,
            agreement=former,
            read=1,
            inputs=AgreementInput(former.title, former.valid_from, date(2023, 12, 1)),
        )
    assert refused.value.problem.code == "agreement_overlap"


def test_an_agreement_without_a_last_day_is_not_renewed(partnership):
    agreement = partnership.agree(valid_until=None)
    with pytest.raises(Refused) as refused:
        actions.renew_agreement(actor=partnership.tree.an, agreement=agreement, read=1, inputs=_inputs())
    assert refused.value.problem.code == "agreement_endless"


def test_an_end_has_a_reason_and_is_undone(partnership):
    an, agreement = partnership.tree.an, partnership.agreement
    for on, reason, code in (
        (TODAY + DAY, "Hết việc", "agreement_end_ahead"),
        (date(2023, 2, 1), "Hết việc", "agreement_end_early"),
        (TODAY, "", "partner_reason_missing"),
    ):
        with pytest.raises(Refused) as refused:
            actions.end_agreement(actor=an, agreement=agreement, read=1, reason=reason, on=on)
        assert refused.value.problem.code == code
    ended = actions.end_agreement(actor=an, agreement=agreement, read=1, reason="Hết việc")
    assert (ended.ended_on, ended.version) == (TODAY, 2)
    assert not expiring_agreements().exists()
    resumed = actions.resume_agreement(actor=an, agreement=ended, read=2)
    assert (resumed.ended_on, resumed.ended_reason) == (None, "")
    assert list(expiring_agreements()) == [agreement]


def test_one_that_ran_out_is_closed_on_its_own_last_day(partnership, business_day):
    business_day(date(2023, 12, 5))
    closed = actions.end_agreement(
        actor=partnership.tree.an, agreement=partnership.agreement, read=1, reason="Không gia hạn"
    )
    assert closed.ended_on == date(2023, 11, 30)


# --- Notices ----------------------------------------------------------------------------------------------------------


def test_the_unit_is_told_once_a_month_before(partnership, business_day):
    business_day(date(2023, 10, 30))
    assert actions.notify_of_expiring() == 0
    business_day(date(2023, 10, 31))
    assert actions.notify_of_expiring() == 1
    business_day(date(2023, 11, 1))
    actions.notify_of_expiring()
    notice = Notice.objects.get()
    assert (notice.kind, notice.unit, notice.user) == (EXPIRING, partnership.tree.units["p4"], None)
    kind = notice_kind(EXPIRING)
    assert kind.sentence(notice) == "Thỏa thuận với Sông Tiền, “Thỏa thuận phối hợp”, hết hạn ngày 30/11/2023."
    assert kind.url(notice) == f"/partners/{partnership.bank.pk}/agreements/{partnership.agreement.pk}/"


@pytest.mark.parametrize("way", ["renew", "end", "change", "end partner"])
def test_the_notice_goes_when_the_matter_is_over(partnership, way):
    actions.notify_of_expiring()
    assert Notice.objects.count() == 1
    an, agreement = partnership.tree.an, partnership.agreement
    if way == "renew":
        actions.renew_agreement(actor=an, agreement=agreement, read=1, inputs=_inputs())
    elif way == "end":
        actions.end_agreement(actor=an, agreement=agreement, read=1, reason="Hết việc")
    elif way == "change":
        changed = AgreementInput(agreement.title, agreement.valid_from, date(2024, 6, 30))
        actions.change_agreement(actor=an, agreement=agreement, read=1, inputs=changed)
    else:
        actions.end_partner(actor=an, partner=partnership.bank, read=1, reason="Hết việc")
    assert not Notice.objects.exists()
