"""An office given or ended by mistake."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.members import queries
from doanso.members.actions import (
    assign_post,
    end_post,
    set_posts,
    take_back_post,
    take_back_post_end,
    transfer_member,
)
from doanso.members.models import Post
from doanso.testing import TODAY

SINCE = date(2023, 2, 1)


@pytest.fixture
def post(register) -> Post:
    """Đức is deputy at home."""
    tree = register.tree
    return assign_post(actor=tree.an, member=register.duc, unit=tree.units["p4-kp1"], kind="deputy", since=SINCE)


def code_of(action) -> str:
    with pytest.raises(Refused) as refused:
        action()
    return refused.value.problem.code


def test_an_office_given_by_mistake_was_never_held(register, post):
    tree, duc = register.tree, register.duc

    take_back_post(actor=tree.an, member=duc, post=post)

    assert queries.posts_of(duc) == []
    assert queries.current_posts([duc]) == {}
    event = AuditEvent.objects.get(action="members.take_back_post")
    assert (event.object_id, event.changed) == (duc.pk, ["deputy"])
    assert code_of(lambda: take_back_post(actor=tree.an, member=duc, post=post)) == "taken_back"
    assert code_of(lambda: end_post(actor=tree.an, member=duc, post=post, until=TODAY)) == "taken_back"
    again = assign_post(actor=tree.an, member=duc, unit=tree.units["p4-kp1"], kind="deputy", since=SINCE)
    assert queries.posts_of(duc) == [again]


def test_an_end_by_mistake_leaves_the_term_as_it_was(register, post):
    tree, duc = register.tree, register.duc
    end_post(actor=tree.an, member=duc, post=post, until=TODAY + timedelta(days=60))
    end_post(actor=tree.an, member=duc, post=post, until=TODAY)

    assert take_back_post_end(actor=tree.an, member=duc, post=post).until == TODAY + timedelta(days=60)
    assert take_back_post_end(actor=tree.an, member=duc, post=post).until is None

    assert code_of(lambda: take_back_post_end(actor=tree.an, member=duc, post=post)) == "post_not_ended"
    assert AuditEvent.objects.filter(action="members.take_back_post_end", object_id=duc.pk).count() == 2


def test_an_office_that_a_list_replaced_stands_again_once_the_new_one_is_taken_back(register, post):
    tree, duc = register.tree, register.duc
    [new] = set_posts(actor=tree.an, pairs=[(duc, "secretary")])

    take_back_post(actor=tree.an, member=duc, post=new)
    take_back_post_end(actor=tree.an, member=duc, post=post)

    assert [(row.kind, row.until) for row in queries.posts_of(duc)] == [("deputy", None)]


def test_an_office_given_anew_since_is_not_held_twice(register, post):
    tree, duc = register.tree, register.duc
    end_post(actor=tree.an, member=duc, post=post, until=TODAY)
    assign_post(actor=tree.an, member=duc, unit=tree.units["p4-kp1"], kind="deputy", since=TODAY)

    assert code_of(lambda: take_back_post_end(actor=tree.an, member=duc, post=post)) == "post_held"


def test_what_ended_along_with_a_stay_does_not_stand_again_by_itself(register, post):
    tree = register.tree
    moved = transfer_member(actor=tree.an, member=register.duc, to=tree.units["p4-kp2"], on=TODAY)

    assert code_of(lambda: take_back_post_end(actor=tree.an, member=moved, post=post)) == "post_not_ended"


@pytest.mark.parametrize("username", ["binh", "chi", "hanh", "khoa"])
def test_others_may_not(register, post, username):
    tree = register.tree
    end_post(actor=tree.an, member=register.duc, post=post, until=TODAY)

    for action in (take_back_post, take_back_post_end):
        with pytest.raises(PermissionDenied):
            action(actor=tree.users[username], member=register.duc, post=post)


def test_an_office_elsewhere_is_for_whoever_reaches_that_unit(register):
    tree = register.tree
    city = assign_post(actor=tree.dung, member=register.duc, unit=tree.units["my-tho"], kind="committee", since=SINCE)

    with pytest.raises(PermissionDenied):
        take_back_post(actor=tree.an, member=register.duc, post=city)

    take_back_post(actor=tree.dung, member=register.duc, post=city)
