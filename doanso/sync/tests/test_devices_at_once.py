"""Phones of one user that come into service at the same moment."""

from collections.abc import Callable

import pytest

from doanso.lib.uuid7 import uuid7
from doanso.people.tests.test_at_once import at_once
from doanso.sync.actions import register_device, reinstate_device, revoke_device
from doanso.sync.models import Device
from doanso.sync.tests.conftest import Phone
from doanso.testing import Tree

pytestmark = pytest.mark.django_db(transaction=True)


def test_phones_registered_at_once_are_twenty_at_most(tree: Tree, phone_of: Callable[..., Phone]) -> None:
    for _index in range(19):
        phone_of(tree.lan)
    results = at_once(*[lambda: register_device(actor=tree.lan, device_id=uuid7(), name="Máy")] * 4)
    assert results.count("device_many") == 3
    assert Device.objects.filter(user=tree.lan, revoked_at=None).count() == 20


def test_a_phone_reinstated_while_another_is_registered_is_not_the_twenty_first(
    tree: Tree, phone_of: Callable[..., Phone]
) -> None:
    phones = [phone_of(tree.lan) for _index in range(20)]
    revoke_device(actor=tree.an, device=phones[0].device)
    results = at_once(
        lambda: reinstate_device(actor=tree.an, device=phones[0].device),
        lambda: register_device(actor=tree.lan, device_id=uuid7(), name="Máy"),
    )
    assert results.count("device_many") == 1
    assert Device.objects.filter(user=tree.lan, revoked_at=None).count() == 20


def test_one_phone_registered_twice_at_once_is_one(tree: Tree) -> None:
    device_id = uuid7()
    at_once(*[lambda: register_device(actor=tree.lan, device_id=device_id, name="Máy")] * 2)
    assert Device.objects.count() == 1
