"""Files of imports go to a folder of the test's own."""

import pytest


@pytest.fixture(autouse=True)
def _files(settings, tmp_path):
    settings.FILES = tmp_path / "files"
