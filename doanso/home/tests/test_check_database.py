"""One command finds what is damaged: pages, references, keys, encrypted values, history and figures."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from doanso.accounts.actions import create_user
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.ledger.actions import fold
from doanso.ledger.models import Total

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def check(*words):
    """Return the exit code and the printed lines."""
    output = StringIO()
    try:
        call_command("check_database", *words, stdout=output)
    except SystemExit as ended:
        return ended.code, output.getvalue().splitlines()
    return 0, output.getvalue().splitlines()


@pytest.fixture
def account(programme, tree):
    return create_user(actor=tree.an, username="le.ha", display_name="Lê Hà", phone_number="0912345678")


def test_a_sound_database_is_met_with_silence(account):
    assert check() == (0, [])


def test_a_damaged_value_is_found_however_many_newer_ones_open(account, tree, monkeypatch):
    create_user(actor=tree.an, username="ngan", display_name="Ngân", phone_number="0987654321")
    monkeypatch.setattr("doanso.home.encrypted_columns.PAGE", 1)
    User.objects.filter(pk=account.pk).update(phone_encrypted=b"\x00" * 40)

    code, lines = check()

    assert (code, len(lines)) == (1, 1)
    assert str(account.pk) in lines[0]


def test_each_kind_of_damage_is_a_sentence_of_its_own(account, tree):
    create_user(actor=tree.an, username="ngan", display_name="Ngân", phone_number="0987654321")
    stored = bytes(account.phone_encrypted)
    User.objects.filter(pk=account.pk).update(phone_encrypted=stored[:-1] + bytes([stored[-1] ^ 1]))
    event = AuditEvent.objects.order_by("id").first()
    AuditEvent.objects.filter(pk=event.pk).update(action="units.rename")
    fold()
    total = Total.objects.filter(g1__gt=0).order_by("pk").first()
    Total.objects.filter(pk=total.pk).update(g1=total.g1 + 1)

    code, lines = check()

    assert code == 1
    assert (
        lines[0]
        == f"dữ liệu mã hóa: 1 giá trị của accounts_user.phone_encrypted không mở được, trong đó có {account.pk}."
    )
    assert lines[1] == f"nhật ký: Dòng nhật ký {event.pk} đã bị sửa sau khi ghi."
    assert [line.partition(":")[0] for line in lines[2:]] == ["số liệu"]


def test_other_keys_are_a_finding_and_no_end(account, settings):
    check()
    settings.DOANSO_KEYS = settings.DOANSO_KEYS | {"keys": {"2": settings.DOANSO_KEYS["keys"]["1"]}, "current": "2"}

    code, lines = check()

    assert code == 1
    assert [line.partition(":")[0] for line in lines] == ["khóa", "dữ liệu mã hóa"]


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_reference_to_a_row_that_is_gone_is_found(account, tree):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA foreign_keys = OFF")
        cursor.execute("DELETE FROM accounts_user WHERE username = 'khoa'")
        cursor.execute("PRAGMA foreign_keys = ON")

    code, lines = check()

    assert code == 1
    assert any("cơ sở dữ liệu: hư hỏng: access_roleassignment" in line and "accounts_user" in line for line in lines)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_overwritten_pages_of_the_file_are_found(account, tmp_path, monkeypatch):
    copy = tmp_path / "copy.sqlite3"
    # Without the pages that earlier tests left free, which no check reads.
    with connection.cursor() as cursor:
        cursor.execute("VACUUM INTO %s", [str(copy)])
    connection.close()
    size = copy.stat().st_size
    with copy.open("r+b") as file:
        for place in range(size // 2, size // 2 + 40 * 4096, 4096):
            file.seek(place)
            file.write(b"\xa5" * 2048)
    monkeypatch.setitem(connection.settings_dict, "NAME", str(copy))

    code, lines = check()

    connection.close()
    assert code == 1
    assert lines[0].startswith(("cơ sở dữ liệu: hư hỏng: ", "cơ sở dữ liệu: không đọc được ("))
    # SQLite's own words are for the log.
    assert not any(word in line for word in ("malformed", "Tree", "page", "row ") for line in lines)
