"""One command runs every check: it prints nothing when all is well, else each fault with what to do, and exits with 1."""

from io import StringIO

import pytest
from django.core.management import call_command

from doanso.accounts.actions import create_user
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.files import actions as files
from doanso.files import stores
from doanso.files.problems import Unavailable
from doanso.ledger.actions import fold
from doanso.ledger.models import Total

pytestmark = [pytest.mark.django_db, pytest.mark.engines]


def verify():
    """Return the exit code and the printed lines."""
    output = StringIO()
    try:
        call_command("verify", stdout=output)
    except SystemExit as ended:
        return ended.code, output.getvalue().splitlines()
    return 0, output.getvalue().splitlines()


@pytest.fixture
def account(programme, tree):
    return create_user(actor=tree.an, username="le.ha", display_name="Lê Hà", phone_number="0912345678")


@pytest.fixture
def stored():
    return files.store(source=b"word" * 1000, name="a.pdf", limit=1 << 20)


def test_all_is_well_is_said_by_silence_and_exit_code_0(account, stored):
    assert verify() == (0, [])
    for command in ("check_database", "recount", "audit_verify", "check_files"):
        output = StringIO()
        call_command(command, stdout=output)
        assert (command, output.getvalue()) == (command, "")


def test_each_fault_is_named_with_what_to_do(account, stored):
    User.objects.filter(pk=account.pk).update(phone_encrypted=b"\x00" * 40)
    event = AuditEvent.objects.order_by("id").first()
    AuditEvent.objects.filter(pk=event.pk).update(action="units.rename")
    fold()
    total = Total.objects.filter(g1__gt=0).order_by("pk").first()
    Total.objects.filter(pk=total.pk).update(g1=total.g1 + 1)
    stores.store_named(stored.store).delete(stored.place)

    code, lines = verify()

    faults = [line for line in lines if not line.startswith("  ")]
    remedies = [line for line in lines if line.startswith("  ")]
    assert code == 1
    assert [line.partition(": ")[0] for line in faults] == ["dữ liệu mã hóa", "nhật ký", "số liệu", "tệp đã lưu"]
    assert faults[2].startswith("số liệu: tổng so với các dòng đã ghi, ")
    assert faults[3] == f"tệp đã lưu: Bị hỏng hoặc bị mất: {stored.pk}"
    assert len(remedies) == 4
    assert all(line.startswith("  Việc cần làm: ") for line in remedies)


def test_a_store_that_does_not_answer_is_a_fault_and_no_end(account, stored, monkeypatch):
    def away(_blob):
        raise Unavailable("no answer")

    monkeypatch.setattr("doanso.files.actions.maintenance.open_blob", away)

    code, lines = verify()

    assert code == 1
    assert lines[0].startswith("tệp đã lưu: Kho tệp")
