"""Throttling of failed sign-ins: the counts of a try, what does not change them, and what history records."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from doanso.accounts import actions, rules, throttle
from doanso.accounts.models import KnownOrigin, TryCount
from doanso.accounts.secret_links import network_of
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.testing import PASSWORD

pytestmark = pytest.mark.django_db
HERE, ELSEWHERE = "203.113.1.1", "198.51.100.7"
NEW = "một câu chỉ mình tôi biết"


@pytest.fixture
def clock_at(monkeypatch):
    """Real time stands still and is advanced by the test."""
    at = [clock.now()]
    monkeypatch.setattr(clock, "now", lambda: at[0])

    def advance(**span):
        at[0] += timedelta(**span)

    return advance


def sign_in(login="khoa", password=PASSWORD, *, place=ELSEWHERE, client=None, **headers):
    """Return whether this signs in."""
    client = client or Client()
    client.post("/login/", {"login": login, "password": password}, REMOTE_ADDR=place, **headers)
    signed_in = "_auth_user_id" in client.session
    client.session.flush()
    return signed_in


def fail(times, **words):
    for _try in range(times):
        assert not sign_in(password="wrong", **words)


def trail(action):
    return list(
        AuditEvent.objects.filter(action=f"accounts.{action}").order_by("id").values_list("object_id", "changed")
    )


@pytest.mark.parametrize(
    "way_round",
    [
        {"HTTP_HOST": "localhost:8443"},
        {"login": "0912 345 678"},
        {"login": "+84 912.345.678"},
        {"login": " KHOA "},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.9"},
    ],
    ids=str,
)
def test_the_sixth_try_waits_whatever_host_spelling_or_header_it_comes_with(tree, clock_at, way_round):
    actions._set_phone(tree.khoa, "0912345678")
    tree.khoa.save()
    fail(5)

    assert not sign_in(**way_round)
    clock_at(seconds=31)
    assert sign_in(**way_round)


def test_a_phone_of_no_account_is_counted_once_however_it_is_spelled(tree, clock_at):
    for login in ("0987654321", "0987 654 321", "+84987654321", "84.987.654.321", "987654321"):
        fail(1, login=login)

    answer = Client().post("/login/", {"login": "0987-654-321", "password": "x"}, REMOTE_ADDR=ELSEWHERE)

    assert answer.context["form"].non_field_errors() == ["Đã nhập sai nhiều lần. Đợi 30 giây rồi thử lại."]


def test_a_full_or_empty_cache_forgets_no_try(tree, clock_at):
    fail(5)
    for number in range(400):
        cache.set(f"filler-{number}", number)
    cache.clear()

    assert not sign_in()


def test_delays_grow_and_the_count_is_forgotten_an_hour_later(tree, clock_at):
    fail(5)
    waited = []
    for _try in range(7):
        row = TryCount.objects.get(key=throttle._key("account at place", f"user:{tree.khoa.pk}", ELSEWHERE))
        waited.append(int((row.wait_until - clock.now()).total_seconds()))
        clock_at(seconds=waited[-1])
        fail(1)

    assert waited == [30, 60, 120, 240, 480, 900, 900]
    clock_at(hours=1, seconds=1)
    fail(4)
    assert sign_in()


def test_a_server_clock_that_was_ahead_slows_nobody_down_afterwards(tree, clock_at):
    clock_at(days=2)
    assert sign_in(place=HERE)
    fail(6, login="an", place=HERE)
    assert TryCount.objects.filter(wait_until__gt=clock.now()).exists()

    clock_at(days=-2)

    assert sign_in("lan", place=HERE)
    assert sign_in("an", place=HERE)


def test_a_try_that_waits_makes_no_password_hash(tree, clock_at, monkeypatch):
    fail(5)
    monkeypatch.setattr(type(tree.khoa), "check_password", lambda *_words: pytest.fail("was looked at"))

    assert not sign_in()


def test_nobody_elsewhere_locks_the_owner_out_of_a_browser_or_address_known_to_the_account(tree, clock_at):
    phone = Client()
    assert sign_in(place=HERE, client=phone)
    for number in range(30):
        fail(1, place=f"198.51.100.{number}")

    # Spread over addresses, the tries of strangers wait together ...
    assert not sign_in(place="192.0.2.1")
    # ... a known address does not, and the known browser neither, wherever it is.
    assert sign_in(place=HERE)
    assert sign_in(place="198.51.100.3", client=phone)


def test_a_neighbour_behind_the_same_address_does_not_slow_down_the_known_browser(tree, clock_at):
    phone = Client()
    assert sign_in(place=HERE, client=phone)
    fail(5, place=HERE)

    assert not sign_in(place=HERE)
    assert sign_in(place=HERE, client=phone)
    # Its own mistakes slow the browser down too.
    fail(5, place=HERE, client=phone)
    assert not sign_in(place=HERE, client=phone)


def test_a_browser_known_to_one_account_is_a_stranger_to_another(tree, clock_at):
    phone = Client()
    assert sign_in("an", client=phone)
    for number in range(20):
        fail(1, place=f"198.51.100.{number}")

    assert not sign_in("khoa", place="192.0.2.77", client=phone)


def test_a_training_room_behind_one_address_signs_in(tree, clock_at):
    people = [
        actions.create_user(actor=tree.an, username=f"hoc-vien-{number}", display_name=f"Học viên {number}")
        for number in range(30)
    ]
    for user in people:
        user.set_password(PASSWORD)
        user.save()
    for number, user in enumerate(people):
        if number % 3 == 0:
            fail(2, login=user.username, place=HERE)
        assert sign_in(user.username, place=HERE)
        clock_at(seconds=4)


def test_one_address_that_tries_many_names_is_slowed_down(tree, clock_at):
    for number in range(rules.ADDRESS.free):
        fail(1, login=f"nobody-{number}")

    assert not sign_in("khoa")
    assert sign_in("khoa", place=HERE)
    clock_at(seconds=11)
    assert sign_in("khoa")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.113.1.1", "203.113.1.1"),
        ("::ffff:203.113.1.1", "203.113.1.1"),
        ("2402:800:61b1:aaaa:1:2:3:4", "2402:800:61b1:aaaa::"),
        ("2402:0800:61B1:AAAA::9", "2402:800:61b1:aaaa::"),
        ("fe80::1%eth0", "fe80::"),
        ("testserver", "testserver"),
    ],
)
def test_an_address_counts_as_far_as_its_user_cannot_choose_it(address, network):
    assert network_of(address) == network


def test_history_says_who_signed_in_and_sums_up_what_failed(tree, clock_at):
    for number in range(22):
        fail(1, place=f"198.51.100.{number}")
    fail(3, login="no such name")
    clock_at(minutes=2)
    assert sign_in(place=HERE)

    khoa = tree.khoa.pk
    assert trail("sign_in_failed") == [(khoa, ["once"]), (khoa, ["five"]), (khoa, ["twenty"])]
    assert trail("sign_in_slowed") == [(khoa, [])]
    assert trail("sign_in") == [(khoa, [])]
    unit = tree.units["p4-kp1"].pk
    events = AuditEvent.objects.filter(action__startswith="accounts.sign_in")
    assert set(events.values_list("unit_id", flat=True)) == {unit}
    assert set(events.exclude(action="accounts.sign_in").values_list("actor_id", "actor_note")) == {(None, "sign-in")}


def test_an_officer_reads_of_sign_ins_on_the_page_of_the_account(tree, clock_at, as_user):
    fail(5)
    assert not sign_in()
    clock_at(minutes=1)
    assert sign_in()

    page = as_user(tree.giang).get(f"/users/{tree.khoa.pk}/").content.decode()

    assert "đã đăng nhập" in page
    assert "ghi nhận có người nhập sai mật khẩu của tài khoản: đã 5 lần trong một ngày" in page
    assert "đã tạm hoãn đăng nhập tài khoản vì nhập sai nhiều lần" in page


def test_counts_and_origins_are_kept_as_hashes_and_forgotten(tree, clock_at):
    assert sign_in(place=HERE)
    fail(2)
    keys = [*TryCount.objects.values_list("key", flat=True), *KnownOrigin.objects.values_list("key", flat=True)]
    assert {len(key) for key in keys} == {64}
    assert not any("khoa" in key or key == "113" for key in keys)

    clock_at(hours=25)
    throttle.forget_tries()
    assert not TryCount.objects.exists()
    clock_at(days=401)
    assert throttle.forget_origins() == 2


def test_an_erased_account_leaves_no_browser_behind(tree, clock_at):
    assert sign_in(place=HERE)

    actions.forget_user(actor=tree.giang, user=tree.khoa)

    assert not KnownOrigin.objects.exists()


def test_codes_that_fit_nobody_slow_an_address_down(tree, clock_at):
    words = {"login": "nobody", "code": "1234 5678", "password": NEW, "again": NEW}
    for _try in range(rules.ADDRESS.free):
        cache.clear()
        Client().post("/password/code/", words, REMOTE_ADDR=ELSEWHERE)
    code = actions.issue_code(actor=tree.an, user=tree.khoa)
    right = words | {"login": "khoa", "code": code}

    assert Client().post("/password/code/", right, REMOTE_ADDR=ELSEWHERE).status_code == 422
    assert Client().post("/password/code/", right, REMOTE_ADDR=HERE).status_code == 302


def test_guessing_the_password_of_today_from_an_open_session_slows_down(tree, clock_at, as_user):
    client = as_user(tree.khoa)
    words = {"password1": NEW, "password2": NEW}
    for _try in range(5):
        cache.clear()
        client.post("/password/", words | {"oldpassword": "wrong"})

    assert client.post("/password/", words | {"oldpassword": PASSWORD}).status_code == 200
    clock_at(seconds=31)
    assert client.post("/password/", words | {"oldpassword": PASSWORD}).status_code == 302


def test_tries_that_run_side_by_side_are_counted_before_any_password_is_looked_at(tree, clock_at):
    begun = [throttle.begin_sign_in(login="khoa", network=HERE, browser="") for _try in range(5)]

    with pytest.raises(Refused, match="too_many_tries"):
        throttle.begin_sign_in(login="0khoa".removeprefix("0"), network=HERE, browser="")
    throttle.uncount_try(begun[0])
    assert throttle.begin_sign_in(login="khoa", network=HERE, browser="").user == tree.khoa


@pytest.mark.django_db(transaction=True)
def test_of_many_tries_at_once_five_are_looked_at(tree, clock_at):
    def begin(_number):
        try:
            throttle.begin_sign_in(login="khoa", network=HERE, browser="")
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as threads:
        begun = list(threads.map(begin, range(16)))

    assert begun.count(True) == 5
    assert TryCount.objects.get(key=throttle._key("place", HERE)).count == 5
