"""On a member's page, who may take a wrong action back is led to one question and one button."""

from datetime import date, timedelta

import pytest

from doanso.members.actions import assign_post, end_membership, end_post, set_absence, transfer_member
from doanso.members.models import Member, Post
from doanso.testing import TODAY
from tools.fixture_replay import replayed

DAY = date(2023, 10, 2)


@pytest.fixture
@replayed
def done(register) -> dict[str, tuple[Member, str]]:
    """A wrong action of each kind: on whose page it is taken back, and at which address."""
    tree = register.tree
    post = assign_post(actor=tree.an, member=register.thuy, unit=tree.units["p4-kp1"], kind="deputy", since=DAY)
    over = assign_post(actor=tree.an, member=register.thuy, unit=tree.units["p4"], kind="committee", since=DAY)
    end_post(actor=tree.an, member=register.thuy, post=over, until=TODAY)
    moved = transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)
    ended = end_membership(actor=tree.chi, member=register.khang, state="grown-out", on=DAY)
    return {
        "ending": (ended, f"/members/{ended.pk}/end/take-back/"),
        "transfer": (moved, f"/members/{moved.pk}/transfer/take-back/"),
        "post": (register.thuy, f"/members/{register.thuy.pk}/post/{post.pk}/take-back/"),
        "post_end": (register.thuy, f"/members/{register.thuy.pk}/post/{over.pk}/end/take-back/"),
    }


KINDS = ("ending", "transfer", "post", "post_end")


@pytest.mark.parametrize("kind", KINDS)
def test_the_members_page_leads_there_and_one_button_does_it(register, as_user, done, kind):
    member, address = done[kind]
    client = as_user(register.tree.dung)
    assert address in client.get(f"/members/{member.pk}/").content.decode()

    asking = client.get(address)
    assert asking.status_code == 200
    assert "Dùng khi ghi nhầm" in asking.content.decode()
    response = client.post(address)

    stays = {"ending": register.khang, "transfer": register.duc}
    target = stays.get(kind, member)
    assert (response.status_code, response["Location"]) == (302, f"/members/{target.pk}/")
    target.refresh_from_db()
    assert (target.state, target.until) == ("active", None)
    page = client.get(f"/members/{target.pk}/").content.decode()
    assert address not in page
    assert Post.objects.filter(kind="deputy").exists() is (kind != "post")
    assert Post.objects.filter(kind="committee", until=None).exists() is (kind == "post_end")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("username", "status"), [("hanh", 403), ("lan", 404)])
def test_it_is_for_whoever_may(register, as_user, done, kind, username, status):
    member, address = done[kind]
    client = as_user(register.tree.users[username])

    assert client.get(address).status_code == client.post(address).status_code == status
    assert "take-back" not in client.get(f"/members/{member.pk}/").content.decode()


def test_a_transfer_between_wards_is_taken_back_by_whoever_reaches_both(register, as_user):
    tree = register.tree
    moved = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=DAY)
    address = f"/members/{moved.pk}/transfer/take-back/"

    assert "take-back" not in as_user(tree.chi).get(f"/members/{moved.pk}/").content.decode()
    assert as_user(tree.chi).get(address).status_code == 403

    page = as_user(tree.dung).get(address).content.decode()
    assert "Chi đoàn" in page
    assert "02/10/2023" in page
    assert as_user(tree.dung).post(address).status_code == 302
    assert as_user(tree.chi).get(f"/members/{moved.pk}/").status_code == 404
    assert as_user(tree.chi).get("/members/?state=all&q=duc").context["page"].lines == []


def test_a_refusal_says_what_to_do_first(register, as_user):
    tree = register.tree
    moved = transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=DAY)
    set_absence(actor=tree.an, member=moved, reason="work", since=DAY)

    response = as_user(tree.an).post(f"/members/{moved.pk}/transfer/take-back/")

    assert response.status_code == 422
    assert "Hãy rút lại các mục đó trước" in response.content.decode()


def test_where_there_is_nothing_to_take_back_one_is_led_to_the_member(register, as_user):
    client = as_user(register.tree.an)

    for kind in ("end", "transfer"):
        response = client.get(f"/members/{register.duc.pk}/{kind}/take-back/", follow=True)
        assert response.redirect_chain == [(f"/members/{register.duc.pk}/", 302)]
        assert "không" in response.content.decode()


def test_an_office_in_a_unit_out_of_reach_offers_nothing(register, as_user):
    tree = register.tree
    city = assign_post(actor=tree.dung, member=register.duc, unit=tree.units["my-tho"], kind="committee", since=DAY)
    home = assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4-kp1"], kind="deputy", since=DAY)
    address = f"/members/{register.duc.pk}/"

    pages = {username: as_user(tree.users[username]).get(address).content.decode() for username in ("an", "dung")}

    assert [f"{address}post/{post.pk}/end/" in pages["an"] for post in (city, home)] == [False, True]
    assert [f"{address}post/{post.pk}/end/" in pages["dung"] for post in (city, home)] == [True, True]
    assert as_user(tree.an).get(f"{address}post/{city.pk}/take-back/").status_code == 403


def test_a_page_full_of_offices_asks_no_more_for_each(register, as_user, django_assert_num_queries):
    tree = register.tree
    kinds = ("secretary", "deputy", "standing", "committee")
    for place, kind in enumerate(kinds * 3):
        since = DAY - timedelta(days=60 * place)
        post = assign_post(
            actor=tree.an, member=register.duc, unit=tree.units["p4"], kind=kind, since=since,
            until=since + timedelta(days=50),
        )  # fmt: skip
        end_post(actor=tree.an, member=register.duc, post=post, until=since + timedelta(days=9))
    client = as_user(tree.an)

    with django_assert_num_queries(14):
        page = client.get(f"/members/{register.duc.pk}/").content.decode()

    assert page.count("/end/take-back/") == 12
