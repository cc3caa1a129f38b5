"""The objects that history links to: each app resolves its own, and whoever gets a link can open it."""

import pytest
from django.apps import apps
from django.test import Client

from doanso.access.ports import object_kinds
from doanso.audit.models import AuditEvent

pytestmark = pytest.mark.django_db
MOST = 3
"""Links of each kind that each reader opens."""


def test_every_kind_in_history_has_a_label_and_every_link_opens_for_its_reader(committee):
    kinds = object_kinds()
    assert set(AuditEvent.objects.values_list("object_kind", flat=True)) <= set(kinds)
    opened = set()
    for name in ("giang", "dung", "an", "binh", "hanh", "minh", "khoa"):
        user = committee.tree.users[name]
        client = Client()
        client.force_login(user)
        for kind in kinds.values():
            if kind.resolve is None:
                continue
            model = apps.get_model(kind.name)
            links = kind.resolve(user, list(model._default_manager.values_list("pk", flat=True)))
            assert all(link.title.strip() for link in links.values()), kind.name
            for link in list(links.values())[:MOST]:
                assert client.get(link.url).status_code == 200, (name, kind.name, link)
                opened.add(kind.name)

    # What the committee of the page tests has of objects with a page of their own.
    assert {"units.unit", "members.member", "reports.report", "accounts.user", "targets.programme"} <= opened
    assert {"support.supportrecord", "support.recheckround", "adoption.usage", "people.request"} <= opened


def test_a_kind_is_resolved_in_the_same_statements_however_many_objects(committee, django_assert_max_num_queries):
    user = committee.tree.dung
    for kind in object_kinds().values():
        if kind.resolve is None:
            continue
        ids = list(apps.get_model(kind.name)._default_manager.values_list("pk", flat=True))
        # With the roles of the reader, which a request has read before.
        with django_assert_max_num_queries(6):
            kind.resolve(user, ids)
