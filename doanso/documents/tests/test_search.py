"""Documents in the global search."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.policy import current_role_assignments
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.search import find_documents, recall_deliveries, recall_documents
from doanso.lib.search_words import SearchWords

pytestmark = pytest.mark.django_db


def found(actor, text):
    group = find_documents(actor, SearchWords.parse(text))
    return None if group is None else [entry.url for entry in group.entries]


@pytest.fixture
def issued(office):
    """Ward 4's plan, sent to ward 5."""
    return office.issued(None, Receiver(unit=office.tree.units["p5"]))


def test_a_document_is_found_by_words_of_its_summary_and_by_its_number(issued, office):
    own = [f"/documents/{issued.pk}/"]

    assert found(office.mai, "tuyen pho cong nghe") == own
    assert found(office.mai, "nghệ công phố") == own
    assert found(office.mai, issued.notation) == own
    assert found(office.mai, "uyen pho") == []
    [entry] = find_documents(office.mai, SearchWords.parse("tuyen pho")).entries
    assert entry.title == issued.summary
    assert issued.notation in entry.detail


def test_its_receiver_is_led_to_the_delivery_and_others_find_nothing(issued, office):
    assert found(office.tree.chi, "tuyen pho") == [f"/documents/received/{issued.deliveries.get().pk}/"]
    assert found(office.tree.khoa, "tuyen pho") == []
    assert found(office.tree.lan, "tuyen pho") is None
    assert found(office.tree.minh, "tuyen pho") is None


def test_a_draft_is_found_by_its_own_unit_alone(office):
    document = office.draft("Kế hoạch hè tình nguyện")

    assert found(office.mai, "he tinh nguyen") == [f"/documents/{document.pk}/"]
    assert found(office.tree.dung, "he tinh nguyen") == []


def test_opened_documents_are_shown_within_the_readers_rights(issued, office):
    document = [{"document_id": issued.pk}]
    delivery = [{"delivery_id": issued.deliveries.get().pk}]

    assert [entry.title for entry in recall_documents(office.mai, document)] == [issued.summary]
    assert recall_documents(office.tree.chi, document) == []
    assert [entry.title for entry in recall_deliveries(office.tree.chi, delivery)] == [issued.summary]
    assert recall_deliveries(office.tree.minh, delivery) == []


def test_two_statements_whatever_is_found(office):
    actor = office.mai
    actor.prepared_role_assignments = current_role_assignments(actor)
    for number in range(3):
        office.draft(f"Kế hoạch hè {number}")
        with CaptureQueriesContext(connection) as queries:
            assert len(found(actor, "ke hoach he")) == number + 1
        assert len(queries) == 2
