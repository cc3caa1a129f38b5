"""A document's way: one open step at a time, returned with words, called back, and signed only after all agreed."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.documents.actions.drafts import save_version, start_document
from doanso.documents.actions.mandates import end_mandate, end_stand_in, give_mandate, set_stand_in
from doanso.documents.actions.routing import call_back, comment, pass_step, resolve_comment, return_step, send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.models import Comment, Document, DocumentState, RoutingStep, StepState
from doanso.documents.tests.conftest import ADDRESS, TODAY, plan
from doanso.signing.actions import complete_signature
from doanso.signing.tests.pki import pki, sign

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def sent(office, reviewers=None):
    document = office.draft()
    people = [office.phuc] if reviewers is None else reviewers
    return send_on(actor=office.mai, document=document, expected_version=1, reviewers=people, mandate=office.mandate)


def states(document):
    return list(
        RoutingStep.objects.filter(document=document).order_by("round", "place").values_list("user__username", "state")
    )


def test_the_signer_s_turn_comes_when_everybody_before_agreed(office):
    document = sent(office)
    assert (document.state, states(document)) == (DocumentState.REVIEW, [("phuc", "open"), ("an", "waiting")])

    passed = pass_step(actor=office.phuc, document=document, expected_version=1, words="Đồng ý")
    assert (passed.state, states(document)) == (DocumentState.SIGNING, [("phuc", "passed"), ("an", "open")])


def test_nobody_signs_before_and_nobody_else_decides(office, refused):
    document = sent(office)
    signing = {
        "actor": office.an,
        "document": document,
        "expected_version": 1,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    assert refused(begin_signing, **signing) == "document_not_to_sign"
    for other in (office.mai, office.an, office.tree.chi, office.tree.dung):
        with pytest.raises(PermissionDenied):
            pass_step(actor=other, document=document, expected_version=1)
    assert states(document) == [("phuc", "open"), ("an", "waiting")]


def test_a_signer_agrees_by_signing_alone(office, awaiting, refused):
    assert refused(pass_step, actor=office.an, document=awaiting, expected_version=1) == "step_signs"


def test_without_reviewers_it_goes_to_the_signer_at_once(office):
    assert sent(office, []).state == DocumentState.SIGNING


@pytest.mark.parametrize(
    ("people", "code"),
    [(["phuc", "phuc"], "route_twice"), (["an"], "route_signer_reviews"), (["mai"], "route_author_reviews")],
)
def test_a_way_that_makes_no_sense_is_refused(office, refused, people, code):
    reviewers = [{"phuc": office.phuc, "an": office.an, "mai": office.mai}[name] for name in people]
    assert refused(sent, office=office, reviewers=reviewers) == code
    assert not RoutingStep.objects.exists()


def test_a_returned_document_is_written_again_and_goes_a_new_round(office, refused):
    document = sent(office)
    assert refused(return_step, actor=office.phuc, document=document, expected_version=1, words="") == "words_needed"
    back = return_step(actor=office.phuc, document=document, expected_version=1, words="Thêm kinh phí")
    assert (back.state, states(document)) == (DocumentState.DRAFT, [("phuc", "returned"), ("an", "dropped")])

    save_version(actor=office.mai, document=back, expected_version=1, draft=plan("Có kinh phí"))
    again = send_on(
        actor=office.mai, document=back, expected_version=2, reviewers=[office.phuc], mandate=office.mandate
    )
    assert again.state == DocumentState.REVIEW
    assert RoutingStep.objects.get(document=document, state=StepState.OPEN).round == 2
    # What was written about the first version, on a page that was left open, is not said of the second.
    arguments = {"actor": office.phuc, "document": document, "words": "Thêm kinh phí"}
    assert refused(return_step, **arguments, expected_version=1) == "document_changed"


def test_the_signer_returns_too(office, awaiting):
    assert (
        return_step(actor=office.an, document=awaiting, expected_version=1, words="Sai tên phố").state
        == DocumentState.DRAFT
    )


def test_what_was_called_back_is_asked_about_anew(office, awaiting, refused):
    back = call_back(actor=office.mai, document=awaiting)
    assert (back.state, states(awaiting)) == (DocumentState.DRAFT, [("phuc", "passed"), ("an", "dropped")])
    assert refused(call_back, actor=office.mai, document=awaiting) == "document_not_under_way"
    with pytest.raises(PermissionDenied):
        call_back(actor=office.tree.chi, document=awaiting)


def test_a_signature_that_was_begun_goes_with_the_call_back(office, awaiting, refused):
    arguments = {"actor": office.an, "certificate": office.hand, "base": ADDRESS}
    begun = begin_signing(document=awaiting, expected_version=1, **arguments)
    call_back(actor=office.mai, document=awaiting)
    begun.session.refresh_from_db()
    assert begun.session.state == "cancelled"
    late = sign(pki().an, bytes(begun.session.to_sign))
    assert refused(complete_signature, session=begun.session, signature=late) == "session_cancelled"

    awaiting.refresh_from_db()
    again = office.to_sign(awaiting)
    assert begin_signing(document=again, expected_version=1, **arguments).session.state == "open"


def test_an_older_version_is_not_agreed_to(office, refused):
    assert refused(pass_step, actor=office.phuc, document=sent(office), expected_version=0) == "document_changed"


# --- Standing in ------------------------------------------------------------------------------------------------------


def stand_in(office, until=TODAY + timedelta(days=3)):
    return set_stand_in(
        actor=office.phuc,
        unit=office.unit,
        user=office.phuc,
        deputy=office.mai,
        since=TODAY,
        until=until,
        reason="Đi tập huấn",
    )


def test_a_stand_in_decides_in_the_own_name_while_it_lasts(office, business_day):
    stand_in(office)
    document = start_document(actor=office.an, unit=office.unit, draft=plan())
    document = send_on(
        actor=office.an, document=document, expected_version=1, reviewers=[office.phuc], mandate=office.mandate
    )
    passed = pass_step(actor=office.mai, document=document, expected_version=1)
    step = RoutingStep.objects.get(document=passed, place=1)
    assert (step.user, step.decided_by) == (office.phuc, office.mai)

    business_day(TODAY + timedelta(days=4))
    other = sent(office)
    with pytest.raises(PermissionDenied):
        pass_step(actor=office.mai, document=other, expected_version=1)


def test_nobody_agrees_to_the_own_document_in_anothers_place(office, refused):
    stand_in(office)
    assert refused(pass_step, actor=office.mai, document=sent(office), expected_version=1) == "stand_in_wrote"
    assert (
        pass_step(actor=office.phuc, document=Document.objects.get(), expected_version=1).state == DocumentState.SIGNING
    )


def test_a_stand_in_ends_at_once(office):
    made = stand_in(office)
    assert end_stand_in(actor=office.phuc, stand_in=made).until == TODAY
    with pytest.raises(PermissionDenied):
        end_stand_in(actor=office.tree.chi, stand_in=made)


def test_nobody_stands_in_for_a_signature(office):
    set_stand_in(
        actor=office.an,
        unit=office.unit,
        user=office.an,
        deputy=office.mai,
        since=TODAY,
        until=TODAY,
        reason="Đi họp",
    )
    document = office.to_sign()
    with pytest.raises(PermissionDenied):
        return_step(actor=office.mai, document=document, expected_version=1, words="Không")
    with pytest.raises(PermissionDenied):
        begin_signing(actor=office.mai, document=document, expected_version=1, certificate=office.hand, base=ADDRESS)


# --- Authority to sign --------------------------------------------------------------------------------------------------


def mandate(office, **overrides):
    values = {
        "actor": office.an,
        "unit": office.unit,
        "user": office.phuc,
        "wording": "TUQ.",
        "body": "Ban Chấp hành",
        "post": "Phó Bí thư",
        "since": TODAY,
        "until": date(2023, 12, 31),
        "paper": "Giấy ủy quyền số 01-GUQ/ĐTN",
    }
    return give_mandate(**(values | overrides))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"paper": ""}, "mandate_written"),
        ({"until": None}, "mandate_written"),
        ({"until": date(2023, 1, 1)}, "mandate_dates"),
        ({"post": " "}, "mandate_post"),
        ({"post": "BÍ THƯ\u202e"}, "name_hidden_letters"),
        ({"body": ""}, "mandate_body"),
        ({"wording": "XX."}, "mandate_wording"),
        ({"kinds": ("poem",)}, "document_kind_unknown"),
    ],
)
def test_an_authority_that_does_not_hold_is_not_given(office, refused, change, code):
    assert refused(mandate, office=office, **change) == code


def test_an_authority_holds_for_its_kinds_and_its_days(office, refused, business_day):
    letters = mandate(office, kinds=("letter",))
    arguments = {"actor": office.mai, "document": office.draft(), "expected_version": 1, "reviewers": []}
    assert refused(send_on, **arguments, mandate=letters) == "mandate_kind"
    ended = end_mandate(actor=office.an, mandate=office.mandate, until=TODAY - timedelta(days=1))
    assert refused(send_on, **arguments, mandate=ended) == "mandate_over"
    assert refused(send_on, **arguments, mandate=None) == "route_no_signer"


def test_who_signs_by_mandate_gives_it_to_nobody_else(office, refused):
    mandate(office)
    assert refused(mandate, office=office, actor=office.phuc, user=office.mai) == "mandate_passed_on"
    with pytest.raises(PermissionDenied):
        mandate(office, actor=office.mai, user=office.mai)


# --- Remarks --------------------------------------------------------------------------------------------------------------


def test_whoever_reads_remarks_and_it_is_settled_once(office, refused):
    document = sent(office)
    made = comment(actor=office.phuc, document=document, version=1, words="Nêu rõ đoạn đường", quote="tuyến phố")
    assert refused(comment, actor=office.phuc, document=document, version=1, words=" ") == "words_needed"
    with pytest.raises(PermissionDenied):
        comment(actor=office.tree.chi, document=document, version=1, words="Xem thử")
    first = resolve_comment(actor=office.mai, remark=made)
    assert resolve_comment(actor=office.phuc, remark=made).settled_at == first.settled_at
    assert Comment.objects.get().settled_by == office.mai
