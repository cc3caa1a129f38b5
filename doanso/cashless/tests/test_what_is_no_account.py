"""Cards are no accounts; an open objection and a withdrawn consent hold a change; another ward's shop is not named."""

import pytest

from doanso.cashless import actions
from doanso.cashless.actions import CheckInput, CodeInput, FollowInput
from doanso.cashless.actions.codes import code_of_account, read_code
from doanso.cashless.models import AlarmOutcome, ChangeState, CodeAlarm, CodeChange, ShopCode
from doanso.cashless.tests.conftest import ACB, AGRIBANK, VCB
from doanso.lib.problems import Refused
from doanso.lib.vietqr import encode, shop_code
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

CARD = "9704366612345678"


def _refused(action, **inputs):
    with pytest.raises(Refused) as refused:
        action(**inputs)
    return refused.value.problem


@pytest.mark.parametrize(
    "code",
    [
        lambda: read_code(encode(shop_code("970436", CARD, "card"))),
        lambda: code_of_account("970436", "9704 3666 1234 5678"),
        lambda: code_of_account("970436", f"{CARD}901"),
    ],
    ids=["code of a card", "typed number of 16 digits", "typed number of 19 digits"],
)
def test_the_number_of_a_card_is_never_kept(registered, code):
    an, inputs = registered.tree.an, CodeInput(code(), True)
    first = _refused(actions.register_code, actor=an, shop=registered.ba, inputs=inputs)
    change = _refused(actions.request_change, actor=an, shop=registered.hai, inputs=inputs, why="Đổi")
    assert {(problem.code, problem.field) for problem in (first, change)} == {("code_card", "code")}
    assert CARD not in first.message
    assert not ShopCode.objects.filter(shop=registered.ba).exists()


def test_the_page_refuses_a_card_with_a_sentence(registered, client):
    client.force_login(registered.tree.an)
    url = f"/shops/{registered.businesses['ba'].pk}/code/"
    answer = client.post(url, {"code": encode(shop_code("970436", CARD, "card")), "consent": "on"})
    assert answer.status_code == 422
    assert "Đây là số thẻ." in answer.content.decode()


def test_an_account_that_begins_otherwise_is_one(registered):
    inputs = CodeInput(code_of_account("970416", "1234567890123456"), True)
    actions.register_code(actor=registered.tree.an, shop=registered.ba, inputs=inputs)


def test_nothing_is_approved_while_the_owner_objects(registered):
    an, dung = registered.tree.an, registered.tree.dung
    ask = {"actor": an, "shop": registered.hai, "inputs": CodeInput(ACB, True), "why": "Đổi"}
    alarm = actions.object_to_change(change=actions.request_change(**ask))
    again = actions.request_change(**ask)
    assert _refused(actions.approve_change, actor=dung, change=again).code == "alarm_open"
    # Whoever asked does not settle it either, so a second officer looks into it in any case.
    settle = {"alarm": alarm, "outcome": AlarmOutcome.CHANGED, "words": "Đã gọi cho chủ"}
    assert _refused(actions.resolve_alarm, actor=an, **settle).code == "own_change"
    actions.resolve_alarm(actor=dung, **settle)
    assert actions.approve_change(actor=dung, change=again).state == ChangeState.APPROVED


def test_nothing_is_approved_while_a_foreign_code_hangs_there(registered):
    an, dung = registered.tree.an, registered.tree.dung
    check = actions.check_shop(actor=an, shop=registered.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB)
    change = actions.request_change(
        actor=an, shop=registered.hai, inputs=CodeInput(ACB, True), why="Chủ gọi điện báo đổi"
    )
    assert _refused(actions.approve_change, actor=dung, change=change).code == "alarm_open"
    actions.resolve_alarm(actor=dung, alarm=check.alarm, outcome=AlarmOutcome.CHANGED, words="Đã gặp chủ tại quán")
    assert actions.approve_change(actor=dung, change=change).state == ChangeState.APPROVED


def test_a_code_that_ends_takes_an_approved_change_along(registered):
    an = registered.tree.an
    ask = {"actor": an, "shop": registered.hai, "why": "Đổi"}
    change = actions.request_change(inputs=CodeInput(ACB, True), **ask)
    actions.approve_change(actor=registered.tree.dung, change=change)
    actions.end_code(actor=an, shop=registered.hai)
    ended = CodeChange.objects.get()
    assert (ended.state, ended.ended_by, ended.last_four) == (ChangeState.WITHDRAWN, an, "")
    assert actions.request_change(inputs=CodeInput(AGRIBANK, True), **ask).state == ChangeState.REQUESTED


def test_an_account_of_another_wards_shop_is_asked_about_without_its_name(registered):
    chi, ward = registered.tree.chi, registered.tree.units["p5"]
    nam = registered.businesses["nam"]
    [shop] = actions.follow_shops(actor=chi, unit=ward, businesses=[FollowInput(nam.pk)]).values()
    ask = {"actor": chi, "shop": shop, "inputs": CodeInput(VCB, True)}
    problem = _refused(actions.register_code, **ask)
    assert problem.code == "account_elsewhere"
    assert "Phở Hai" not in problem.message
    named = _refused(actions.register_code, **(ask | {"actor": registered.tree.dung}))
    assert "Phở Hai" in named.message
    assert not CodeAlarm.objects.exists()


def test_no_number_is_written_in_words(registered):
    an, number = registered.tree.an, "chuyển sang 257 678 859"
    ask = {"actor": an, "shop": registered.hai, "inputs": CodeInput(ACB, True)}
    problems = [_refused(actions.request_change, why=number, **ask)]
    change = actions.request_change(why="Đổi ngân hàng", **ask)
    problems.append(_refused(actions.withdraw_change, actor=an, change=change, reason=number))
    check = actions.check_shop(actor=an, shop=registered.hai, inputs=CheckInput(TODAY, "displayed"), code=AGRIBANK)
    settle = {"actor": an, "alarm": check.alarm, "outcome": AlarmOutcome.MISTAKE}
    problems.append(_refused(actions.resolve_alarm, words=number, **settle))
    problems.append(_refused(actions.take_back_check, actor=an, check=check, reason=number))
    assert [(problem.code, problem.field) for problem in problems] == [
        ("long_number", "why"), ("long_number", "why"), ("long_number", "words"), ("long_number", "reason"),
    ]  # fmt: skip
