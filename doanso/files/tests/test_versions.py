import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.test import TestCase

from doanso.files import actions, queries
from doanso.files.models import Blob, File, FileVersion, Ground
from doanso.lib.problems import Refused


def _blob(content: bytes = b"x", name: str = "ke-hoach.pdf") -> Blob:
    return actions.store(source=content, name=name, limit=1 << 20)


@pytest.fixture
def file(tree) -> File:
    file = actions.begin_file(actor=tree.an, blob=_blob(b"one"), why="Bản thảo")
    actions.add_version(actor=tree.chi, file=file, blob=_blob(b"two"), why="Sửa theo góp ý")
    file.refresh_from_db()
    return file


def _read(blob: Blob) -> bytes:
    with actions.open_blob(blob) as plain:
        return plain.read()


def test_every_version_stays_readable_with_who_and_why(file, tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        versions = [
            (version.number, version.added_by, version.why, version.blob.name, version.blob.key_id)
            for version in queries.versions_of(file)
        ]

    assert [row[:3] for row in versions] == [(2, tree.chi, "Sửa theo góp ý"), (1, tree.an, "Bản thảo")]
    assert file.last_number == 2
    assert _read(queries.version_of(file, 1).blob) == b"one"
    assert _read(queries.latest_version(file).blob) == b"two"
    assert queries.version_of(file, 3) is None


def test_an_immutable_file_gets_no_version_and_stays(file, tree):
    actions.make_immutable(file=file)
    actions.make_immutable(file=file)

    for action in (
        lambda: actions.add_version(actor=tree.an, file=file, blob=_blob(), why="Lén sửa"),
        lambda: actions.destroy_file(file=file),
        lambda: actions.destroy_key(blob=queries.version_of(file, 1).blob),
        lambda: actions.destroy_key(blob=queries.version_of(file, 2).blob),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == "file_immutable"
    assert _read(queries.latest_version(file).blob) == b"two"


@pytest.mark.parametrize(
    "harm",
    [
        lambda file: File.objects.filter(pk=file.pk).update(last_number=3),
        lambda file: File.objects.filter(pk=file.pk).update(final_number=None),
        lambda file: Blob.objects.filter(version__file=file).update(erased_at="2023-11-12T00:00:00Z"),
        lambda file: FileVersion.objects.filter(file=file, number=2).update(number=1),
    ],
)
def test_the_database_refuses_what_the_deeds_refuse(file, harm):
    actions.make_immutable(file=file)

    with pytest.raises(IntegrityError), transaction.atomic():
        harm(file)


def test_rows_of_versions_are_not_deleted(file):
    with pytest.raises(ProtectedError):
        file.delete()
    with pytest.raises(ProtectedError):
        queries.version_of(file, 1).blob.delete()


@pytest.mark.parametrize("ground", list(Ground))
def test_only_a_law_destroys_an_immutable_file_and_its_name_is_kept(file, ground):
    actions.make_immutable(file=file)
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.erase_by_law(file=file, ground=ground)

    for version in queries.versions_of(file):
        assert (version.blob.ground, version.blob.name, version.why) == (ground, "", "")
        assert (version.blob.size, len(version.blob.sha256)) == (3, 64)
        with pytest.raises(Refused) as refused, actions.open_blob(version.blob):
            pass
        assert refused.value.problem.code == "file_gone"


def test_an_unknown_ground_is_none(file):
    actions.make_immutable(file=file)
    with pytest.raises(ValueError, match="because"):
        actions.erase_by_law(file=file, ground="because")
    assert _read(queries.latest_version(file).blob) == b"two"


def test_a_draft_is_thrown_away_whole_and_gets_nothing_more(file, tree):
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_file(file=file)

    assert Blob.objects.filter(removed_at=None, version__isnull=False).count() == 0
    for action in (
        lambda: actions.add_version(actor=tree.an, file=file, blob=_blob(), why="Nữa"),
        lambda: actions.make_immutable(file=file),
    ):
        with pytest.raises(Refused) as refused:
            action()
        assert refused.value.problem.code == "file_gone"


@pytest.mark.django_db
def test_an_owner_who_keeps_versions_itself_keeps_one_file_for_good():
    blob = _blob(b"signed")
    actions.keep_for_good(blob=blob)
    actions.keep_for_good(blob=blob)

    with pytest.raises(Refused) as refused:
        actions.destroy_key(blob=blob)
    assert refused.value.problem.code == "file_immutable"
    assert _read(blob) == b"signed"

    actions.destroy_key(blob=blob, ground=Ground.RETENTION)
    assert Blob.objects.get(pk=blob.pk).ground == Ground.RETENTION
    with pytest.raises(Refused) as refused:
        actions.keep_for_good(blob=blob)
    assert refused.value.problem.code == "file_gone"
