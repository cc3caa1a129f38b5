"""A canary: somebody unmistakable goes in by every way there is, is erased, and is looked for in everything we keep."""

import logging
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as live_settings
from django.core import mail
from django.core.management import call_command
from django.db import connection, transaction

from doanso.access.models import RoleAssignment
from doanso.accounts import queries as accounts_queries
from doanso.accounts.actions import create_user
from doanso.adoption.models import AdoptionStage, Declaration, Usage
from doanso.imports.actions import run_import
from doanso.lib import clock, encryption, vietnamese
from doanso.members.actions import end_membership, set_absence
from doanso.members.models import Exemption
from doanso.members.tests.workbooks import row, simple
from doanso.people import queries
from doanso.people.actions import (
    BusinessInput,
    Particulars,
    PersonConsent,
    erase_person,
    give_consents,
    link_sign_in,
    match_or_create_businesses,
    match_or_create_people,
    open_request,
    resolve_duplicate,
)
from doanso.people.models import Contact, Duplicate, Person, Request
from doanso.support.actions import Helper, StandInput, decide_dispute, dispute_receipt, open_stand
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import Ward, record_input, ward  # noqa: F401
from doanso.testing import TODAY, Tree

NAME = "Đặng Hoàng Yến Canari"
PHONE = "0987612345"
CITIZEN = "082301987654"
ADDRESS = "77/9 Hẻm Chim Vàng"
YEAR = 1999
CANARY = Particulars(NAME, "female", birth_year=YEAR, phone=PHONE, address=ADDRESS, email="canari@example.vn")


def _everything() -> Iterator[tuple[str, bytes]]:
    """Every column of every row of every table, as bytes."""
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [one[0] for one in cursor.description]
            for values in cursor.fetchall():
                for column, value in zip(columns, values, strict=True):
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    yield f"{table}.{column}", content
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        # Pages that are free by now, too.
        for path in Path(name).parent.glob(f"{Path(name).name}*"):
            yield path.name, path.read_bytes()


def _files() -> Iterator[tuple[str, bytes]]:
    for path in Path(live_settings.FILES).rglob("*"):
        if path.is_file():
            yield str(path), path.name.encode() + path.read_bytes()


def _needles() -> list[bytes]:
    words = [
        *("Canari", "canari", "CANARI", vietnamese.sort_key(NAME), PHONE, PHONE[1:], CITIZEN),
        *("Chim Vàng", "chim vang"),
        queries.lookup_hash("phone", PHONE),
        queries.lookup_hash("citizen_id", CITIZEN),
        queries.tail_lookup(PHONE, YEAR),
        encryption.look_up(PHONE, context=accounts_queries.PHONE),
    ]
    return [word.encode() for word in words]


def _found(places: Iterator[tuple[str, bytes]], needles: list[bytes]) -> set[str]:
    return {place for place, content in places if any(needle in content for needle in needles)}


def _encrypted_now() -> list[bytes]:
    columns = ("phone_encrypted", "citizen_id_encrypted", "email_encrypted")
    rows = [*Contact.objects.filter(name=NAME).values_list(*columns), *Request.objects.values_list("detail_encrypted")]
    return [bytes(value) for one in rows for value in one if value]


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_nowhere(
    tree: Tree,
    ward: Ward,  # noqa: F811
    settings: Any,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    settings.FILES = tmp_path / "files"
    caplog.set_level(logging.INFO)
    p4, p5 = tree.units["p4"], tree.units["p5"]

    # As a member: by the importer, with a sign-in, leaves and an end; one row that is refused, one asked about.
    path = simple(
        tmp_path / f"danh sách {NAME}.xlsx",
        row(1, NAME, f"01/02/{YEAR}", "Nữ", cccd=CITIZEN, phone=PHONE, card="C-Canari", joined="26/03/2018"),
        row(2, f"{NAME} Hai", "không rõ", phone=PHONE),
    )
    run_import(actor=tree.an, kind="members", unit=p4, path=path, skip_rejected=True)
    contact = Contact.objects.get(name=NAME)
    member = contact.memberships.get()
    set_absence(
        actor=tree.an, member=member, reason="work", since=date(2023, 6, 1), until=date(2023, 7, 1), note=f"nhà {NAME}"
    )
    Exemption.objects.create(
        person=member.person, indicator="one", reason=f"{NAME} ốm", since=TODAY, review_on=TODAY,
        arrived_on=TODAY, recorded_at=clock.now(), taken_back_at=clock.now(),
    )  # fmt: skip
    user = create_user(actor=tree.giang, username="yen.canari", display_name=NAME, phone_number=PHONE)
    RoleAssignment.objects.create(
        user=user, role="member", unit=tree.units["p4-kp1"], since=date(2023, 1, 1), until=TODAY
    )
    link_sign_in(person=member.person, user=user)
    end_membership(actor=tree.an, member=member, state="grown-out", on=TODAY)
    for helpers in (
        (Helper(NAME, "youth", member.pk), None),
        (Helper("Trần Gia Huy"), Helper(NAME, "youth", member.pk)),
    ):
        open_stand(actor=tree.an, unit=p4, inputs=StandInput(TODAY, "Chợ Phường 4", ("portal",), *helpers))

    # As a resident of two wards, with helps, consents, a shop, requests and a pair in the queue.
    ward.support_record(record_input(NAME, YEAR, phone=PHONE, address=ADDRESS))
    ward.support_record(record_input(NAME, YEAR, phone=PHONE, address=ADDRESS, service="payment"), unit="p5")
    with transaction.atomic():
        [met] = match_or_create_people(unit_id=p5.pk, inputs=[CANARY])
        match_or_create_people(
            unit_id=p5.pk, inputs=[Particulars("Đặng Hoàng Yến Canary", birth_year=YEAR, phone=PHONE)]
        )
        match_or_create_businesses(
            unit_id=p4.pk,
            inputs=[BusinessInput(f"Tạp hóa {NAME}", phone=PHONE, address=ADDRESS, owner_id=met.person_id)],
        )
        give_consents(
            actor=tree.chi,
            entries=[
                PersonConsent(met.person_id, p5.pk, ("recheck",), "paper", "2023-09", TODAY, f"Mẹ {NAME}"),
            ],
        )
    for kind in ("copy", "correct", "erase"):
        request = open_request(
            actor=None, person_id=met.person_id, unit_id=p5.pk, kind=kind, channel="screen", detail=f"Tôi là {NAME}"
        )
    assert contact.person_id == met.person_id

    # In words that somebody typed about her: a declaration returned, a dispute decided.
    stage = AdoptionStage.objects.create(service_id="vneid", code="level2", level=1, name="Mức 2")
    usage = Usage.objects.create(
        person_id=met.person_id, service_id="vneid", stage=stage, unit=p4, grade=0, happened_on=TODAY, arrived_on=TODAY,
        recorded_at=clock.now(), taken_back_at=clock.now(),
    )  # fmt: skip
    Declaration.objects.create(
        usage=usage, outcome="returned", decided_by=tree.an, decided_at=clock.now(), reason=f"Máy của {NAME} hỏng"
    )
    receipt = SupportRecord.objects.exclude(receipt=None).filter(unit=p4).earliest("pk").receipt_id
    assert receipt is not None
    dispute = dispute_receipt(receipt_id=receipt, reason="nobody-came")
    decide_dispute(actor=tree.dung, dispute_id=dispute.pk, decision="rejected", explanation=f"{NAME} nhớ ra")
    pair = Duplicate.objects.get()
    resolve_duplicate(actor=tree.dung, duplicate=pair, decision="same")

    needles = _needles() + _encrypted_now()
    before = _found(_everything(), needles)
    assert {
        *(
            "people_contact.name",
            "people_contact.sort_key",
            "people_contact.phone_lookup",
            "people_contact.tail_lookup",
        ),
        *(
            "accounts_user.username",
            "accounts_user.phone_lookup",
            "people_business.name",
            "people_consent.guardian_name",
        ),
        *("adoption_declaration.reason", "support_dispute.explanation"),
        *("support_stand.helper_name", "support_stand.second_helper_name"),
        *("files_blob.name", "members_absence.note", "members_exemption.reason", "people_contact.phone_encrypted"),
    } <= before
    assert len(list(_files())) == 1
    figure = ward.figure("portal-residents")

    erase_person(actor=tree.dung, request=request)

    assert _found(_everything(), needles) == set()
    assert list(_files()) == []
    assert _found(iter([("log", caplog.text.encode())]), needles) == set()
    assert mail.outbox == []
    assert Person.objects.exclude(erased_at=None).count() == 2
    assert ward.figure("portal-residents") == figure == 1
    call_command("recount")
