"""A code before the file, the file once, its recall and its replacement."""

import pytest

from doanso.audit.models import AuditEvent
from doanso.files import actions as files
from doanso.lib.access_codes import ALPHABET
from doanso.lib.problems import Refused
from doanso.signing.actions.public import publish_file, recall_file, replace_file, reserve_code
from doanso.signing.queries.public import file_of_code, files_of_hash
from doanso.signing.verification_codes import LENGTH

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def _published(tree, content: bytes = b"%PDF"):
    blob = files.store(source=content, name="a.pdf", limit=99)
    made = reserve_code(actor=tree.an, unit=tree.units["p4"])
    return publish_file(
        actor=tree.an, public_file=made, blob=blob, issuer="P4", number="1", title="t", dated=None
    ), blob


def test_a_code_stands_before_its_file(tree):
    made = reserve_code(actor=tree.an, unit=tree.units["p4"])
    assert len(made.code) == LENGTH
    assert set(made.code) <= set(ALPHABET)
    assert file_of_code(made.code) is None


def test_published_once(tree):
    made, blob = _published(tree)
    assert file_of_code(made.code) == made
    assert files_of_hash(blob.sha256) == [made]
    again = publish_file(actor=tree.an, public_file=made, blob=blob, issuer="X", number="2", title="u", dated=None)
    assert (again.number, AuditEvent.objects.filter(action="signing.publish").count()) == ("1", 1)
    other = files.store(source=b"other", name="b.pdf", limit=99)
    with pytest.raises(Refused) as caught:
        publish_file(actor=tree.an, public_file=made, blob=other, issuer="X", number="2", title="u", dated=None)
    assert caught.value.problem.code == "public_file_issued"


def test_recalled_once(tree):
    made, _blob = _published(tree)
    first = recall_file(actor=tree.an, public_file=made, reason="Sai")
    second = recall_file(actor=tree.an, public_file=made, reason="Khác")
    assert (second.recalled_at, second.recall_reason) == (first.recalled_at, "Sai")


def test_replaced_by_an_issued_one(tree):
    made, _blob = _published(tree)
    waiting = reserve_code(actor=tree.an, unit=tree.units["p4"])
    for other in (made, waiting):
        with pytest.raises(Refused) as caught:
            replace_file(actor=tree.an, public_file=made, by=other, reason="r")
        assert caught.value.problem.code == "replacement_unfit"
    new, _other = _published(tree, b"new")
    assert replace_file(actor=tree.an, public_file=made, by=new, reason="r").replaced_by_id == new.pk
