"""The test authority: for demo and development only, and everything it makes says that it has no legal force."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from doanso.signing.actions import begin_signature, complete_signature
from doanso.signing.models import Authority, Certificate, Way
from doanso.signing.testca.issuing import NO_LEGAL_FORCE
from doanso.signing.tests.conftest import OWNER
from doanso.signing.tests.pki import opened_pdf
from doanso.signing.verification import VerdictState, verify


@pytest.fixture
def allowed(settings, tmp_path: Path) -> Path:
    settings.SIGNING_TEST_AUTHORITY = True
    settings.DATA = tmp_path
    return tmp_path


@pytest.mark.django_db
def test_it_does_not_exist_where_the_settings_do_not_allow_it(settings, tmp_path: Path):
    settings.SIGNING_TEST_AUTHORITY = False
    settings.DATA = tmp_path
    with pytest.raises(CommandError, match="thử nghiệm"):
        call_command("signing_test_authority")
    assert (Authority.objects.count(), (tmp_path / "test-authority").exists()) == (0, False)


@pytest.mark.django_db
def test_it_is_made_once_and_trusted_without_legal_force(allowed: Path):
    call_command("signing_test_authority")
    call_command("signing_test_authority")
    rows = list(Authority.objects.order_by("purpose", "is_anchor"))
    assert [(authority.purpose, authority.is_anchor, authority.legal_force) for authority in rows] == [
        ("signing", False, False),
        ("signing", True, False),
        ("time", False, False),
        ("time", True, False),
    ]
    assert {path.stat().st_mode & 0o777 for path in (allowed / "test-authority").iterdir()} == {0o600}


def test_a_person_signs_with_its_file_and_every_word_says_it_is_a_trial(desk, allowed: Path):
    file = allowed / "an.p12"
    call_command("signing_test_authority", person="an", unit="p4", p12=file, password="thu-nghiem")
    own = Certificate.objects.get()
    assert (own.way, own.user, NO_LEGAL_FORCE in own.subject) == (Way.AGENT, desk.tree.an, True)

    from doanso_sign.keys import P12, NotHere

    begun = begin_signature(
        actor=desk.tree.an, owner_kind=OWNER, owner_id=desk.paper, title="Kế hoạch", certificate=own,
        base=desk.blob(opened_pdf()), field="person",
    )  # fmt: skip
    assert begun.session.plan["legal_force"] is False
    with pytest.raises(NotHere):
        P12(str(file)).sign(bytes(own.der), [bytes(begun.session.to_sign)], "sai")
    (signature,) = P12(str(file)).sign(bytes(own.der), [bytes(begun.session.to_sign)], "thu-nghiem")
    session = complete_signature(session=begun.session, signature=signature)

    from doanso.lib import clock
    from doanso.signing.queries.authorities import read_trust
    from doanso.signing.tests.pdf.test_places import read_text

    signed = desk.bytes_of(session.signed)
    assert verify(signed, trust=read_trust(), moment=clock.now()).state is VerdictState.TEST
    assert NO_LEGAL_FORCE in read_text(signed)
