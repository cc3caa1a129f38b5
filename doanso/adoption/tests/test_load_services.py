"""Loading the catalogue of services."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from doanso.adoption.actions import load_services
from doanso.adoption.models import AdoptionStage, Obstacle, Service
from doanso.adoption.tests.conftest import FILE
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused

pytestmark = pytest.mark.django_db

SMALL = """
[[service]]
code = "vneid"
name = "VNeID"
short_name = "VNeID"
icon = "id-badge-2"
[[service.rung]]
code = "none"
name = "Chưa có"
[[service.rung]]
code = "level1"
name = "Mức 1"
"""


@pytest.fixture
def write(tmp_path):
    def written(text: str) -> Path:
        path = tmp_path / "services.toml"
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_shipped_file_has_the_ladder_of_vneid():
    load_services(actor=None, path=FILE)

    assert list(Service.objects.order_by("position").values_list("code", flat=True)) == [
        "vneid", "portal", "payment", "tiengiangs", "register",
    ]  # fmt: skip
    assert list(AdoptionStage.objects.filter(service="vneid").values_list("level", "code")) == [
        (0, "none"), (1, "level1"), (2, "level2-registered"), (3, "level2-approved"), (4, "level2-active"), (5, "papers"),
    ]  # fmt: skip
    assert Obstacle.objects.count() == 9
    assert list(Service.objects.filter(by_member=False).values_list("code", flat=True)) == ["register"]
    assert all(service.steps and service.minutes for service in Service.objects.filter(by_member=True))


def test_loading_it_again_changes_nothing():
    load_services(actor=None, path=FILE)
    before = list(AdoptionStage.objects.order_by("pk").values())
    events = AuditEvent.objects.count()

    load_services(actor=None, path=FILE)

    assert list(AdoptionStage.objects.order_by("pk").values()) == before
    assert AuditEvent.objects.count() == events == 5


def test_an_obstacle_of_another_name_is_recorded_too(write):
    obstacle = '[[obstacle]]\ncode = "no-phone"\nname = "Chưa có điện thoại"\n'
    load_services(actor=None, path=write(SMALL + obstacle))
    load_services(actor=None, path=write(SMALL + obstacle.replace("Chưa có", "Không có")))

    assert Obstacle.objects.get(code="no-phone").name == "Không có điện thoại"
    assert [event.changed for event in AuditEvent.objects.order_by("id")] == [["rungs"], ["obstacles"]]


def test_names_may_change_and_stages_may_be_added_on_top(write):
    load_services(actor=None, path=write(SMALL))

    load_services(
        actor=None,
        path=write(SMALL.replace("Mức 1", "Mức một") + '[[service.rung]]\ncode = "level2"\nname = "Mức 2"\n'),
    )

    assert list(AdoptionStage.objects.values_list("level", "code", "name")) == [
        (0, "none", "Chưa có"), (1, "level1", "Mức một"), (2, "level2", "Mức 2"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "code", "where"),
    [
        (SMALL.replace('"level1"', '"level-one"'), "ladder_changed", "vneid"),
        (SMALL.replace('icon = "id-badge-2"\n', ""), "file_entry", "dịch vụ vneid"),
        (SMALL.replace('"none"', '"nothing"'), "file_entry", "dịch vụ vneid"),
        (SMALL + "colour = 3\n", "file_entry", "dịch vụ vneid, bậc level1"),
        (SMALL + SMALL, "file_entry", "services.toml"),
        ("[[service", "file_unreadable", "services.toml"),
    ],
)
def test_a_mistake_is_refused_with_its_entry(write, text, code, where):
    load_services(actor=None, path=write(SMALL))

    with pytest.raises(Refused) as refused:
        load_services(actor=None, path=write(text))

    assert (refused.value.problem.code, refused.value.problem.field) == (code, where)
    assert refused.value.problem.message.startswith(f"{where}: ")


def test_the_command_says_what_is_there(write, capsys, tmp_path):
    call_command("load_services", str(write(SMALL)))
    assert capsys.readouterr().out == "Danh mục có 1 dịch vụ và 0 trở ngại.\n"

    with pytest.raises(CommandError) as error:
        call_command("load_services", str(tmp_path / "gone.toml"))
    assert error.value.returncode == 2
