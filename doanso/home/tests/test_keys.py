"""The product does not start with keys that are not those of its database."""

import base64
import os
import secrets
import stat
import subprocess
import sys
from importlib import reload

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import models

from doanso import __main__ as program
from doanso.access.models import KeyFingerprint
from doanso.accounts.actions import create_user
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.data_folder import DATABASE
from doanso.home import keys
from doanso.home.encrypted_columns import COLUMNS, LOOK_UPS
from doanso.lib import encryption

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
PLAIN = {
    # What everybody may read, or what is encrypted under a key that itself stands in an encrypted column.
    *("signing.Authority.der", "signing.RevocationList.der", "signing.Certificate.der", "signing.Certificate.chain"),
    *("signing.Session.to_sign", "imports.ImportRow.encrypted", "sync.Record.payload_encrypted"),
    *("support.DaySalt.salt", "ledger.SnapshotEntries.seqs"),
}


def new_key():
    return base64.b64encode(secrets.token_bytes(32)).decode()


@pytest.fixture
def in_use(settings, tree):
    """An installation that was started once, with a phone encrypted under its key."""
    create_user(actor=tree.an, username="le.ha", display_name="Lê Hà", phone_number="0912345678")
    settings.DOANSO_KEYS = dict(settings.DOANSO_KEYS)
    assert keys.key_problem() == ""
    return settings


def lose_keys(settings):
    settings.DOANSO_KEYS = {"current": "1", "keys": {"1": new_key()}, "lookup": new_key()}


def test_the_first_start_writes_fingerprints_down_that_tell_nothing(in_use):
    stored = dict(KeyFingerprint.objects.values_list("name", "fingerprint"))

    assert stored == encryption.fingerprints()
    assert stored.keys() == {"look-up", "encryption 1"}
    assert in_use.DOANSO_KEYS["keys"]["1"] not in str(stored)
    assert AuditEvent.objects.filter(action="access.record_key").count() == 2
    assert keys.key_problem() == ""
    assert AuditEvent.objects.filter(action="access.record_key").count() == 2


@pytest.mark.parametrize("was_started", [True, False])
def test_new_keys_beside_a_database_of_others_are_refused_with_what_to_do(in_use, was_started):
    if not was_started:
        # Written by a release that knew no fingerprints.
        KeyFingerprint.objects.all().delete()
    before = list(KeyFingerprint.objects.values_list("name", "fingerprint"))
    lose_keys(in_use)

    with pytest.raises(SystemExit) as refused:
        keys.require_known_keys()

    sentence = str(refused.value)
    assert sentence.startswith("Khóa đang dùng không phải là khóa đã ghi cơ sở dữ liệu này")
    assert "secrets.json" in sentence
    assert "doanso adopt-keys" in sentence
    assert list(KeyFingerprint.objects.values_list("name", "fingerprint")) == before


def test_another_key_for_looking_up_alone_is_refused_too(in_use):
    in_use.DOANSO_KEYS = in_use.DOANSO_KEYS | {"lookup": new_key()}

    assert "look-up" in keys.key_problem()


def test_a_wrong_key_for_looking_up_is_refused_before_any_was_recorded(in_use):
    KeyFingerprint.objects.all().delete()
    right = in_use.DOANSO_KEYS
    in_use.DOANSO_KEYS = right | {"lookup": new_key()}

    assert "look-up: accounts_user.phone_lookup" in keys.key_problem()
    assert not KeyFingerprint.objects.exists()
    in_use.DOANSO_KEYS = right
    assert keys.key_problem() == ""


def test_each_key_is_proved_by_what_is_encrypted_under_it(in_use, tree):
    first = in_use.DOANSO_KEYS
    rotated = first | {"current": "2", "keys": first["keys"] | {"2": new_key()}}
    in_use.DOANSO_KEYS = rotated
    create_user(actor=tree.an, username="tran.ba", display_name="Trần Ba", phone_number="0912345679")
    KeyFingerprint.objects.all().delete()

    for name in ("1", "2"):
        in_use.DOANSO_KEYS = rotated | {"keys": rotated["keys"] | {name: new_key()}}
        assert f"encryption {name}: accounts_user.phone_encrypted" in keys.key_problem()
    assert not KeyFingerprint.objects.exists()
    in_use.DOANSO_KEYS = rotated
    assert keys.key_problem() == ""


def test_one_damaged_hash_does_not_stop_an_installation(in_use, tree):
    create_user(actor=tree.an, username="tran.ba", display_name="Trần Ba", phone_number="0912345679")
    User.objects.filter(username="le.ha").update(phone_lookup="0" * 64)
    KeyFingerprint.objects.all().delete()

    assert keys.key_problem() == ""


def test_the_columns_that_prove_the_look_up_key_are_written_with_it(in_use):
    assert [len(look_up.latest(9)) for look_up in LOOK_UPS] == [1, 0, 0, 0, 0, 0]
    assert {
        (look_up.encrypted.model_name, look_up.encrypted.field, look_up.encrypted.context) for look_up in LOOK_UPS
    } <= {(column.model_name, column.field, column.context) for column in COLUMNS}


def test_a_rotation_goes_on_and_the_old_key_may_go_when_nothing_is_encrypted_under_it(in_use):
    old = in_use.DOANSO_KEYS["keys"]["1"]
    rotated = in_use.DOANSO_KEYS | {"current": "2", "keys": {"1": old, "2": new_key()}}
    in_use.DOANSO_KEYS = rotated
    assert keys.key_problem() == ""
    assert KeyFingerprint.objects.filter(name="encryption 2").exists()

    in_use.DOANSO_KEYS = rotated | {"keys": {"2": rotated["keys"]["2"]}}
    assert keys.key_problem().startswith("Thiếu khóa “1”")

    User.objects.filter(username="le.ha").update(
        phone_encrypted=encryption.encrypt("0912345678", context="accounts.phone")
    )
    assert keys.key_problem() == ""
    assert not KeyFingerprint.objects.filter(name="encryption 1").exists()
    assert AuditEvent.objects.filter(action="access.forget_key").count() == 1


def test_beginning_anew_is_for_an_empty_database(in_use):
    lose_keys(in_use)
    with pytest.raises(CommandError, match=r"secrets\.json") as refused:
        call_command("adopt_keys")
    assert refused.value.returncode == 1
    assert keys.key_problem()


def test_an_empty_database_adopts_new_keys_on_command(db, settings, capsys):
    settings.DOANSO_KEYS = dict(settings.DOANSO_KEYS)
    assert keys.key_problem() == ""
    lose_keys(settings)
    assert keys.key_problem()

    call_command("adopt_keys")

    assert keys.key_problem() == ""
    assert "secrets.json" in capsys.readouterr().out


def test_web_and_commands_ask_before_they_start(in_use, monkeypatch, tmp_path):
    lose_keys(in_use)
    # A folder with a database, as commands ask for first; the test's own is elsewhere.
    (tmp_path / DATABASE).write_bytes(b"SQLite format 3")
    monkeypatch.setenv("DOANSO_DATA", str(tmp_path))
    monkeypatch.setattr("django.core.management.execute_from_command_line", lambda words: pytest.fail(words[1]))
    monkeypatch.setattr("django.db.connections.close_all", lambda: None)

    for words in (["work"], ["migrate"], ["load-units", "x.toml"]):
        with pytest.raises(SystemExit, match="Khóa đang dùng"):
            program.main(words)
    with pytest.raises(SystemExit, match="Khóa đang dùng"):
        reload(__import__("doanso.wsgi", fromlist=["application"]))


def test_every_column_of_bytes_is_known_as_encrypted_or_plain(db):
    columns = {
        f"{model._meta.label}.{field.name}"
        for model in apps.get_models()
        if model.__module__.startswith("doanso.")
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField)
    }

    encrypted = {f"{column.model._meta.label}.{column.field}" for column in COLUMNS}
    assert columns - encrypted == PLAIN
    assert encrypted <= columns


@pytest.mark.long
@pytest.mark.sqlite_only
def test_the_product_does_not_start_without_its_secrets_and_starts_when_they_are_back(tmp_path):
    data = tmp_path / "data"
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DOANSO_", "PYTEST", "DJANGO"))}

    def doanso(*words):
        command = [sys.executable, "-m", "doanso", *words]
        environment = bare | {"DOANSO_DATA": str(data)}
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, umask=0)

    assert doanso("migrate", "-v", "0").returncode == 0
    assert doanso("recount").returncode == 0
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in data.iterdir()} == {
        "secrets.json": 0o600,
        "doanso.sqlite3": 0o600,
        "doanso.sqlite3-journal": 0o600,
    }
    path = data / "secrets.json"
    stored = path.read_text()
    path.unlink()

    done = doanso("recount")
    assert done.returncode == 1
    assert done.stderr.startswith("Khóa đang dùng không phải là khóa")
    path.write_text(stored)
    assert doanso("recount").returncode == 0
