"""A small committee built by the demo's own parts contains what its summary states."""

import json
import stat

import pytest
from django.conf import settings
from django.test import Client

from doanso.accounts.models import User
from doanso.adoption.models import Declaration, Difficulty, Usage, UseAnswer
from doanso.adoption.queries.declarations import waiting_declarations
from doanso.audit.queries import verify
from doanso.cashless.models import CodeAlarm, CodeChange
from doanso.home import demo
from doanso.home.tests.conftest import PROGRAMMES
from doanso.imports.models import Import
from doanso.ledger.models import Snapshot
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.members.models import Absence, Exemption, Member, MemberState
from doanso.people.models import Duplicate, Household, Request
from doanso.reports.models import Period
from doanso.results.models import Result, ResultFile
from doanso.support import labels
from doanso.support.queries import recheck_rounds as rechecks
from doanso.targets import queries as targets
from doanso.testing import PASSWORD

UNITS = ("28591", "thpt-song-tien")


@pytest.fixture
def build(db, settings, tmp_path):
    """Return a function that builds the demo of some units up to a moment."""
    settings.DATA = tmp_path
    settings.FILES = tmp_path / "files"
    settings.SIGNING_TEST_AUTHORITY = True

    def built(moment, *units):
        return demo.build_year(moment, lambda _text: None, PROGRAMMES, only=units)

    return built


@pytest.mark.sqlite_only
def test_a_demo_of_one_unit_begins_its_year(build, client):
    built_demo = build("planning", UNITS[0])

    assert clock.today() == demo.MOMENTS["planning"]
    assert built_demo.members == Member.objects.filter(previous=None).count() > 0
    assert set(Import.objects.values_list("state", "rejected_count", "question_count")) == {("applied", 0, 0)}
    _recount_is_silent()
    assert verify().broken == ""
    _only_printed_sign_ins_have_a_password(client)


@pytest.mark.long
@pytest.mark.sqlite_only
def test_a_small_demo_is_what_it_says(build, client):
    built_demo = build("running", *UNITS)

    assert clock.today() == demo.MOMENTS["running"]
    assert (built_demo.members, Member.objects.filter(previous=None).count()) == (347, 347)
    assert set(Import.objects.values_list("state", "rejected_count", "question_count")) == {("applied", 0, 0)}
    assert Member.objects.filter(state=MemberState.TRANSFERRED).exists()
    assert Absence.objects.exists()
    assert Exemption.objects.exists()
    assert Usage.objects.exclude(taken_back_at=None).exists()
    # Every action was done on its own day.
    assert not Usage.objects.exclude(arrived_on__gte="2023-01-09", arrived_on__lte="2023-11-12").exists()
    programme = targets.require_programme("my-tho-2023")
    figures = targets.overview(programme, programme.root, clock.today())
    assert {
        indicator.code: str(indicator.state) for indicator in figures.indicators if indicator.value is not None
    } == {
        "vneid2-members": "behind",
        "portal-members": "behind",
        "payment-members": "on",
        "tiengiangs-members": "risk",
        "on-register": "on",
        # One of five documents was still paper, without a scan; what came from outside has no file either.
        "signed-documents": "risk",
        "issued-online": "risk",
        "cloud-documents": "risk",
        # One ward of seventeen helps people here.
        "portal-residents": "risk",
        "payment-residents": "risk",
        "payment-shops": "risk",
        "pair-visits": "risk",
        "refer-two": "risk",
        # The festival of October was held, and its report is issued.
        "festival": "met",
        # One of each is recognised.
        "digital-streets": "behind",
        "cashless-markets": "behind",
        # Of the committee's own: units report it themselves.
        "digital-classes": "behind",
    }
    _people_have_a_say()
    _results_are_reported()
    _codes_are_checked()
    _one_ward_was_re_checked()
    _members_speak_themselves()
    _months_go_up()
    _recount_is_silent()
    assert verify().broken == ""
    _only_printed_sign_ins_have_a_password(client)


def _one_ward_was_re_checked() -> None:
    [row] = rechecks.round_rows(rechecks.all_rounds())
    assert row.rate == rechecks.ErrorRate(wrong=2, right=33, unreached=3, refused=2)
    assert labels.error_rate_words(row.rate) == "2 sai trên 35 trả lời, tỷ lệ sai 1,6–18,6%"


def _people_have_a_say() -> None:
    """One request is late, one waits, one has just come, one is settled; of the pairs some were settled."""
    assert set(Request.objects.values_list("kind", "state")) >= {
        ("correct", "settled"), ("withdraw", "open"), ("copy", "open"), ("erase", "open"),
    }  # fmt: skip
    assert Request.objects.filter(state="open", due_on__lt=clock.today()).exists()
    assert set(Duplicate.objects.values_list("state", flat=True)) == {"open", "same", "different"}
    assert Household.objects.exclude(contacts=None).count() >= 2


def _results_are_reported() -> None:
    """Most results are confirmed; two wait, one with a file, one came back, one was withdrawn, one was corrected."""
    assert set(Result.objects.exclude(state="attested").values_list("state", flat=True)) == {
        "waiting", "returned", "withdrawn",
    }  # fmt: skip
    assert Result.objects.filter(state="waiting").count() == 2
    assert Result.objects.filter(version=2, state="attested").count() == 1
    assert ResultFile.objects.get().version.result.state == "waiting"


def _codes_are_checked() -> None:
    """A swapped code was dealt with, one was seen today; a change waits for its second officer, one for its day."""
    assert sorted(CodeAlarm.objects.values_list("state", flat=True)) == ["open", "settled"]
    assert sorted(CodeChange.objects.values_list("state", flat=True)) == ["approved", "requested"]


def _members_speak_themselves() -> None:
    """Some declarations wait and one came back; some were asked again, and somebody asks for help."""
    assert waiting_declarations().exists()
    assert Declaration.objects.exclude(reason="").get().outcome == "returned"
    assert set(UseAnswer.objects.values_list("answer", flat=True)) == {"regular", "seldom"}
    assert Difficulty.objects.filter(asks_help=True, ended_on=None).exists()


def _months_go_up() -> None:
    """Everything is closed up to September; of October one ward's came back, another was late."""
    assert set(Period.objects.filter(first_day__lt="2023-10-01").values_list("state", flat=True)) == {"closed"}
    october = Period.objects.filter(first_day="2023-10-01", unit__code__in=UNITS)
    assert set(october.values_list("unit__code", "state", "late")) == {
        ("28591", "returned", False), ("thpt-song-tien", "sent", True),
    }  # fmt: skip
    assert not Snapshot.objects.filter(completed_at=None).exists()


def _recount_is_silent() -> None:
    assert list(recount()) == []


def _only_printed_sign_ins_have_a_password(client: Client) -> None:
    path = settings.DATA / "sign-ins.json"
    printed = json.loads(path.read_text(encoding="utf-8"))

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [sign_in["username"] for sign_in in printed] == [
        "quantri",
        "bithu.thanhdoan",
        "canbo",
        "vanthu",
        "bithu",
        "bithu.chidoan",
        "doanvien",
        "congtacvien",
        "kiemtra",
    ]
    member = User.objects.get(username="doanvien")
    assert member.display_name == Member.objects.get(person__user=member).contact.name
    opened = {user.username for user in User.objects.all() if user.has_usable_password()}
    assert opened == {sign_in["username"] for sign_in in printed}
    assert all(client.login(username=sign_in["username"], password=sign_in["password"]) for sign_in in printed)
    assert not client.login(username="bithu.thpt-song-tien", password=PASSWORD)
