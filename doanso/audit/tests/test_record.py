import hashlib
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit import queries
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.audit.models import AuditEvent
from doanso.audit.rules import event_hash

pytestmark = pytest.mark.django_db


def test_record_keeps_ids_and_names_of_fields_only(tree):
    unit = tree.units["p4"]

    record(actor=tree.an, action="units.rename", obj=unit, unit=unit, changed=["name", "short_name"])

    event = AuditEvent.objects.latest("id")
    assert (event.actor, event.action) == (tree.an, "units.rename")
    assert (event.object_kind, event.object_id) == ("units.unit", unit.pk)
    assert event.unit_id == unit.pk
    assert event.changed == ["name", "short_name"]


def test_record_of_a_command_names_it_instead_of_an_actor(tree):
    record(actor=None, action="units.load", obj=tree.units["p4"], note="load-units")

    event = AuditEvent.objects.latest("id")
    assert (event.actor_id, event.actor_note, event.unit_id) == (None, "load-units", None)


def test_the_hash_survives_the_database(tree):
    record(actor=tree.an, action="units.rename", obj=tree.units["p4"], unit=tree.units["p4"].pk, changed=["tên"])

    assert queries.verify() == queries.Verification(links=0, chained=0, unchained=1)


def test_record_many_writes_one_row_per_object_in_one_statement(tree):
    actions = [AuditEventInput(tree.an, "units.rename", unit, unit) for unit in tree.units.values()]

    with CaptureQueriesContext(
        connection,
    ) as statements:
        written = record_many(actions)

    assert written == len(tree.units)
    assert len([query for query in statements if "INSERT INTO" in query["sql"]]) == 1
    assert AuditEvent.objects.values("object_id").distinct().count() == len(tree.units)


@pytest.mark.parametrize("field", ["action", "actor_note", "object_kind", "changed"])
def test_the_hash_covers_every_field(tree, field):
    values = {
        "at": datetime(2023, 11, 12, tzinfo=UTC),
        "actor_id": tree.an.pk,
        "actor_note": "",
        "action": "units.rename",
        "object_kind": "units.unit",
        "object_id": tree.units["p4"].pk,
        "unit_id": None,
        "changed": ["name"],
    }

    assert event_hash(**values) != event_hash(**(values | {field: ["x"] if field == "changed" else "x"}))


def test_the_hash_is_that_of_canonical_json_which_anybody_can_recompute(tree):
    unit, at = tree.units["p4"], datetime(2023, 11, 12, 1, 2, 3, tzinfo=UTC)

    computed = event_hash(
        at=at,
        actor_id=None,
        actor_note='người "dân"',
        action="units.rename",
        object_kind="units.unit",
        object_id=unit.pk,
        unit_id=unit.pk,
        changed=["tên", "name"],
    )

    text = (
        '["2023-11-12T01:02:03.000000+00:00",null,"người \\"dân\\"","units.rename","units.unit",'
        f'"{unit.pk}","{unit.pk}",["tên","name"]]'
    )
    assert computed == hashlib.sha256(text.encode()).hexdigest()


def test_history_of_an_object_is_newest_first_and_names_its_actors_at_once(tree, django_assert_num_queries):
    unit = tree.units["p4"]
    record(actor=tree.an, action="units.load", obj=unit)
    record(actor=tree.dung, action="units.rename", obj=unit)
    record(actor=tree.dung, action="units.rename", obj=tree.units["p5"])

    with django_assert_num_queries(1):
        events = [(event.action, event.actor.display_name) for event in queries.history(unit)]

    assert events == [("units.rename", "Phạm Thị Dung"), ("units.load", "Nguyễn Văn An")]
