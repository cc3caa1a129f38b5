"""Reading every file: sound, damaged, missing and erased ones."""

import pytest
from django.core.management import CommandError, call_command
from django.test import TestCase

from doanso.files import actions

pytestmark = pytest.mark.django_db


def _file(content: bytes):
    return actions.store(source=content * 1000, name="a.pdf", limit=1 << 20)


def test_sound_files_are_met_with_silence_and_erased_ones_passed_over(objects, capsys):
    _file(b"one")
    erased = _file(b"two")
    with TestCase.captureOnCommitCallbacks(execute=True):
        actions.destroy_key(blob=erased)
    actions.remove_erased()

    call_command("check_files")

    assert capsys.readouterr() == ("", "")


def test_damaged_and_missing_ones_are_named(objects):
    harmed, missing, sound = _file(b"one"), _file(b"two"), _file(b"three")
    for stored in objects():
        if stored.place == harmed.place:
            stored.write(b"harmed")
        elif stored.place == missing.place:
            stored.remove()

    with pytest.raises(CommandError) as error:
        call_command("check_files")

    assert str(harmed.pk) in str(error.value)
    assert str(missing.pk) in str(error.value)
    assert str(sound.pk) not in str(error.value)


def test_a_store_that_is_away_is_not_called_damaged(s3, settings):
    _file(b"one")
    settings.FILES_S3 = {**settings.FILES_S3, "endpoint": "http://127.0.0.1:9"}

    with pytest.raises(CommandError) as error:
        call_command("check_files")
    assert "không trả lời" in str(error.value)
