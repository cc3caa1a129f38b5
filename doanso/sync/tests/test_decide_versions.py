"""Deciding about versions that wait: one is taken whole, with a reason, in the name of whoever may."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from django.core.exceptions import PermissionDenied

from doanso.access.models import RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.sync import queries
from doanso.sync.actions import leave_version, take_version
from doanso.sync.actions.decisions import retry_quarantined
from doanso.sync.actions.retention import drop_old_bytes, forget_records
from doanso.sync.models import Record
from doanso.testing import TODAY


def _record(ack) -> Record:
    return Record.objects.get(pk=ack["seq"])


def _sent(phone, record) -> Record:
    [ack] = phone.send(record)["acks"]
    return _record(ack)


@pytest.fixture
def conflict(phone, phone_of, tree, notes):
    """Two versions of one note: "một" counts, "hai" came later from another phone."""
    first = phone.record("một")
    other = phone_of(tree.binh)
    return _sent(phone, first), _sent(other, other.record("hai", key=UUID(first["id"])))


def _problem(action, **arguments) -> str:
    with pytest.raises(Refused) as refusal:
        action(**arguments)
    return refusal.value.problem.code


def test_the_chosen_version_takes_the_place_of_the_one_that_stood(tree, conflict, notes):
    earlier, came = conflict
    take_version(actor=tree.an, seq=came.pk, reason="Chị Bình hỏi lại chủ nhà")
    earlier.refresh_from_db()
    came.refresh_from_db()
    assert (earlier.state, came.state) == ("superseded", "applied")
    assert (came.problem, came.reason, came.decided_by) == (None, "Chị Bình hỏi lại chủ nhà", tree.an)
    assert notes.texts == {came.record_id: "hai"}
    event = AuditEvent.objects.get(action="sync.take_version")
    assert (event.object_id, event.unit_id, event.actor) == (came.record_id, came.unit_id, tree.an)


def test_the_one_that_stands_may_be_kept(tree, conflict, notes):
    earlier, came = conflict
    leave_version(actor=tree.an, seq=came.pk, reason="Ghi nhầm nhà")
    earlier.refresh_from_db()
    came.refresh_from_db()
    assert (earlier.state, came.state, came.decided_by) == ("applied", "superseded", tree.an)
    assert notes.texts == {came.record_id: "một"}
    assert _problem(take_version, actor=tree.an, seq=came.pk, reason="Đổi ý") == "settled_meanwhile"


def test_no_decision_without_a_reason_and_none_by_strangers(tree, conflict):
    _stood, came = conflict
    assert _problem(take_version, actor=tree.an, seq=came.pk, reason="  ") == "reason_missing"
    assert _problem(leave_version, actor=tree.an, seq=came.pk, reason="x" * 301) == "reason_long"
    for stranger in (tree.chi, tree.binh, tree.lan, tree.hanh, tree.minh):
        with pytest.raises(PermissionDenied):
            take_version(actor=stranger, seq=came.pk, reason="Của tôi")
    assert queries.waiting_records(tree.an).count() == 1


def test_what_stands_cannot_be_decided(tree, conflict):
    earlier, _came = conflict
    assert _problem(leave_version, actor=tree.an, seq=earlier.pk, reason="Thôi") == "settled_meanwhile"


def test_a_version_that_still_is_not_right_changes_nothing(tree, phone, phone_of, notes):
    first = phone.record("một")
    earlier = _sent(phone, first)
    came = _sent(phone_of(tree.binh), phone.record("không", key=UUID(first["id"])))
    assert _problem(take_version, actor=tree.an, seq=came.pk, reason="Lấy bản này") == "not_so"
    earlier.refresh_from_db()
    came.refresh_from_db()
    assert (earlier.state, came.state, came.decided_at) == ("applied", "waiting", None)


def test_what_breaks_off_is_said_and_goes_on_waiting(tree, phone, notes):
    broken = _sent(phone, phone.record("hỏng"))
    assert broken.state == "refused"
    assert _problem(take_version, actor=tree.an, seq=broken.pk, reason="Thử lại") == "not_applied"
    broken.refresh_from_db()
    assert broken.decided_at is None


def test_the_log_says_where_it_broke_off_and_nothing_of_the_record(tree, phone, notes, caplog, monkeypatch):
    record = _sent(phone, phone.record("không"))

    def broken(**_arguments) -> None:
        raise ValueError("Failing row contains (Nguyễn Văn Bảy, 0903111222)")

    monkeypatch.setattr(notes, "apply", broken)
    assert _problem(take_version, actor=tree.an, seq=record.pk, reason="Thử lại") == "not_applied"
    assert "ValueError at sync/actions/decisions.py:" in caplog.text
    assert "Bảy" not in caplog.text


def test_a_refused_record_is_let_through_once_the_role_is_given(tree, phone, notes):
    phone.unit = tree.units["p5"]
    record = _sent(phone, phone.record())
    assert (record.state, record.problem["code"]) == ("refused", "no_role")
    RoleAssignment.objects.create(user=tree.lan, role="helper", unit=tree.units["p5"], since=TODAY)
    take_version(actor=tree.chi, seq=record.pk, reason="Lan giúp phường 5 từ hôm nay")
    record.refresh_from_db()
    assert (record.state, notes.by[record.record_id]) == ("applied", tree.lan)


def test_whoever_lost_the_role_meanwhile_is_stood_for_by_the_officer(tree, phone, notes):
    record = _sent(phone, phone.record("hỏng"))
    RoleAssignment.objects.filter(user=tree.lan).update(until=TODAY)
    notes.mended = True
    take_version(actor=tree.an, seq=record.pk, reason="Đã gặp chủ nhà")
    assert notes.by == {record.record_id: tree.an}


def test_a_record_of_no_unit_is_for_the_city(tree, phone, notes):
    record = _sent(phone, phone.record(unit=str(uuid4())))
    assert (record.unit, record.problem["code"]) == (None, "unit_unknown")
    assert not queries.waiting_records(tree.an).exists()
    assert queries.waiting_records(tree.dung).get() == record
    assert _problem(take_version, actor=tree.dung, seq=record.pk, reason="Thử") == "unit_unknown"
    leave_version(actor=tree.dung, seq=record.pk, reason="Không có đơn vị này")
    assert not queries.waiting_records(tree.dung).exists()


def test_what_was_left_out_is_answered_to_its_phone_with_the_reason(tree, phone, notes):
    record = _sent(phone, phone.record("không"))
    leave_version(actor=tree.an, seq=record.pk, reason="Ghi hai lần")
    [sent] = queries.records_sent_by(phone.device.pk, after=0, limit=10)
    assert (sent.state, sent.problem["code"]) == ("refused", "settled")
    assert "Ghi hai lần" in sent.problem["message"]


def test_erased_bytes_can_only_be_left_out(tree, conflict, notes):
    _stood, came = conflict
    assert forget_records([came.record_id]) == 2
    assert _problem(take_version, actor=tree.an, seq=came.pk, reason="Lấy") == "bytes_gone"
    leave_version(actor=tree.an, seq=came.pk, reason="Đã xóa theo yêu cầu")
    assert notes.texts == {came.record_id: "một"}


# --- After an upgrade -------------------------------------------------------------------------------------------------


def test_a_later_version_waits_in_quarantine_until_the_server_knows_it(tree, phone, notes):
    good, bad, changed = phone.record(version=2), phone.record("không", version=2), phone.record("một")
    sent = [_sent(phone, record) for record in (good, bad, changed)]
    sent.append(_sent(phone, phone.record("hai", version=2, key=UUID(changed["id"]), base=changed["hash"])))
    assert [record.state for record in sent] == ["quarantined", "quarantined", "applied", "quarantined"]
    assert retry_quarantined() == 0
    notes.versions = frozenset({1, 2})
    assert retry_quarantined() == 3
    for record in sent:
        record.refresh_from_db()
    assert [record.state for record in sent] == ["applied", "refused", "superseded", "applied"]
    assert sent[1].problem["code"] == "not_so"
    assert notes.texts == {sent[0].record_id: "một", sent[2].record_id: "hai"}
    assert retry_quarantined() == 0


def test_out_of_quarantine_a_record_may_be_in_conflict_or_without_a_role(tree, phone, phone_of, notes):
    first = phone.record("một")
    _sent(phone, first)
    quarantined = _sent(phone, phone.record(version=2))
    Record.objects.filter(pk=quarantined.pk).update(record_id=UUID(first["id"]))
    other = phone_of(tree.binh, "p4-kp1")
    roleless = _sent(other, other.record(version=2))
    RoleAssignment.objects.filter(user=tree.binh).update(until=TODAY)
    notes.versions = frozenset({1, 2})
    assert retry_quarantined() == 2
    quarantined.refresh_from_db()
    roleless.refresh_from_db()
    assert (quarantined.state, quarantined.problem["code"]) == ("waiting", "conflict")
    assert (roleless.state, roleless.problem["code"]) == ("refused", "no_role")


# --- The bytes --------------------------------------------------------------------------------------------------------


def test_bytes_go_ninety_days_after_nobody_needs_them(tree, phone, notes):
    applied, waits, left_out, fresh = (_sent(phone, phone.record(text)) for text in ("một", "không", "không", "hai"))
    leave_version(actor=tree.an, seq=left_out.pk, reason="Thôi")
    Record.objects.exclude(pk=fresh.pk).update(received_at=clock.now() - timedelta(days=91))
    assert drop_old_bytes() == 1
    Record.objects.filter(pk=left_out.pk).update(decided_at=clock.now() - timedelta(days=91))
    assert drop_old_bytes() == 1
    assert drop_old_bytes() == 0
    for record in (applied, waits, left_out, fresh):
        record.refresh_from_db()
    have_bytes = [
        bool(record.payload_encrypted) and bool(record.key_encrypted) for record in (applied, waits, left_out, fresh)
    ]
    assert have_bytes == [False, True, False, True]
    # The acknowledgement's promise outlives the bytes.
    again = phone.send(phone.record("khác"))
    assert again["acks"][0]["state"] == "applied"
    assert len(applied.content_hash) == 64
