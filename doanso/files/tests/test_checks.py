from importlib.util import find_spec

from doanso.files import checks
from doanso.files.tests.s3_server import bucket_settings


def test_a_folder_needs_nothing(settings, monkeypatch):
    monkeypatch.setattr(checks, "find_spec", lambda name: None)
    assert checks.check_bucket_settings() == []


def test_a_bucket_needs_its_client_and_a_whole_address(settings, monkeypatch):
    settings.FILES_S3 = bucket_settings("https://s3.example.vn", "tep")
    assert checks.check_bucket_settings() == []

    settings.FILES_S3 = bucket_settings("s3.example.vn", "tep")
    monkeypatch.setattr(checks, "find_spec", lambda name: None if name == "boto3" else find_spec(name))
    assert [message.id for message in checks.check_bucket_settings()] == ["files.E001", "files.E002"]
