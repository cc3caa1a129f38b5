"""A certificate of another name signs nothing before a second person has confirmed whose it is."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from doanso.access.models import Role, RoleAssignment
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.signing.actions import add_certificate, confirm_certificate
from doanso.signing.models import Certificate, SignerKind, Way
from doanso.signing.queries import certificates_of
from doanso.signing.queries.certificates import state_of
from doanso.signing.tests.conftest import Desk
from doanso.signing.tests.pki import pki


@pytest.fixture
def other_name(desk: Desk) -> Certificate:
    """An's certificate, in the name of Bình."""
    return add_certificate(
        actor=desk.tree.an, kind=SignerKind.PERSON, unit=desk.tree.units["p4"], way=Way.AGENT,
        content=pki().binh.pem, is_theirs=True,
    )  # fmt: skip


def test_it_signs_only_after_an_administrator_has_confirmed_it(desk: Desk, other_name: Certificate, refused):
    assert state_of(other_name, clock.now()) == "unconfirmed"
    assert certificates_of(desk.tree.an) == []
    assert refused(desk.begin, other_name, actor=desk.tree.an) == "certificate_unconfirmed"

    confirm_certificate(actor=desk.tree.giang, certificate=other_name)
    confirm_certificate(actor=desk.tree.giang, certificate=other_name)
    assert certificates_of(desk.tree.an) == [other_name]
    assert desk.begin(other_name, actor=desk.tree.an).session.state == "open"
    event = AuditEvent.objects.get(action="signing.confirm_certificate")
    assert (event.actor, event.object_id) == (desk.tree.giang, other_name.pk)


def test_nobody_is_the_own_second_person(desk: Desk, other_name: Certificate, refused):
    for user in (desk.tree.an, desk.tree.binh, desk.tree.dung):
        with pytest.raises(PermissionDenied):
            confirm_certificate(actor=user, certificate=other_name)
    RoleAssignment.objects.create(
        user=desk.tree.an, role=Role.CITY_ADMINISTRATOR, unit=desk.tree.units["my-tho"], since=clock.today()
    )
    assert refused(confirm_certificate, actor=desk.tree.an, certificate=other_name) == "certificate_own_word"


def test_a_certificate_of_the_own_name_needs_none(desk: Desk):
    own = add_certificate(
        actor=desk.tree.an, kind=SignerKind.PERSON, unit=desk.tree.units["p4"], way=Way.AGENT, content=pki().an.pem
    )
    assert (own.name_differs, certificates_of(desk.tree.an)) == (False, [own])


def test_the_list_shows_the_holder_and_the_administrator_finds_it_in_the_inbox(desk: Desk, other_name, as_user):
    an, giang = as_user(desk.tree.an), as_user(desk.tree.giang)
    listed = an.get(reverse("signing:certificates")).content.decode()
    assert "Tên trong chứng thư: Trần Thị Bình" in listed
    assert "Chờ người thứ hai xác nhận" in listed
    assert "chứng thư ghi tên khác, chờ xác nhận" in giang.get("/today/").content.decode()
    page = reverse("signing:certificate", args=[other_name.pk])
    confirm = reverse("signing:confirm", args=[other_name.pk])
    assert confirm not in an.get(page).content.decode()
    assert confirm in giang.get(page).content.decode()
    assert an.post(confirm).status_code == 403
    assert "Đã ghi nhận đúng chứng thư." in giang.post(confirm, follow=True).content.decode()
    assert Certificate.objects.get().confirmed_by == desk.tree.giang
