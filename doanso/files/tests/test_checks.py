from importlib.util import find_spec

from doanso.files import checks
from doanso.files.tests.s3_server import told


def test_a_folder_needs_nothing(settings, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert checks.bucket_has_its_client() == []


def test_a_bucket_needs_its_client_and_a_whole_address(settings, monkeypatch):
    settings.FILES_S3 = told("https://s3.example.vn", "tep")
    assert checks.bucket_has_its_client() == []

    settings.FILES_S3 = told("s3.example.vn", "tep")
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "boto3" else find_spec(name))
    assert [message.id for message in checks.bucket_has_its_client()] == ["files.E001", "files.E002"]
