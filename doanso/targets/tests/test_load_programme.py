"""Loading a programme file."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import CommandError, call_command

from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.targets.actions import load_programme
from doanso.targets.models import Indicator, Programme, Target
from doanso.targets.queries import progress
from doanso.targets.tests.conftest import FILE
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

SERVICES = FILE.parent / "services.toml"
STATED = {
    "vneid2-members": 100, "portal-members": 100, "payment-members": 90, "tiengiangs-members": 80,
    "portal-residents": 5000, "payment-shops": 1000, "payment-residents": 1000, "festival": 1, "digital-streets": 2,
    "cashless-markets": 2, "signed-documents": 100, "issued-online": 100, "paperless-meetings": 100, "refer-two": 100,
}  # fmt: skip
ASSUMED = {"pair-visits": 100, "cloud-documents": 100, "online-contests": 4, "on-register": 100}

SMALL = """
code = "small"
title = "Chương trình nhỏ"
root = "p4"
first_day = 2023-01-01
last_day = 2023-12-31
services = "services.toml"

[[indicator]]
code = "shops"
title = "Cửa hàng"
short_title = "Cửa hàng"
kind = "count"
group = "residents"
unit_of_count = "cửa hàng"
target = 10
basis = "assumed"
why = "Tạm lấy."
family = "support.businesses"
parameters = { service = "payment" }
"""


@pytest.fixture
def write(tmp_path):
    shutil.copy(SERVICES, tmp_path)

    def written(text: str, name: str = "small.toml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return written


def test_the_articles_year_is_all_there(tree):
    programme = load_programme(actor=tree.dung, path=FILE)

    targets = {target.indicator.code: target for target in Target.objects.select_related("indicator")}
    assert {code: item.value for code, item in targets.items() if item.basis == "stated"} == STATED
    assert {code: item.value for code, item in targets.items() if item.basis == "assumed"} == ASSUMED
    assert all(item.why and item.unit_id == programme.root_id for item in targets.values())
    assert (programme.code, programme.root.code) == ("my-tho-2023", "my-tho")
    assert (programme.first_day.isoformat(), programme.last_day.isoformat()) == ("2023-01-01", "2023-12-31")
    counted = [
        "vneid2-members", "portal-members", "payment-members", "tiengiangs-members",
        "portal-residents", "payment-shops", "payment-residents", "festival", "digital-streets", "cashless-markets",
        "signed-documents", "issued-online", "cloud-documents", "on-register", "pair-visits", "refer-two",
    ]  # fmt: skip
    assert list(Indicator.objects.exclude(numerator="").order_by("position").values_list("code", flat=True)) == counted
    measures = {(item.code, item.family, item.topic, item.level) for item in programme.book.measures.all()}
    assert measures >= {
        ("members", "members.active", "", 0),
        ("vneid2-members", "adoption.state", "vneid", 4),
        ("exempt-vneid2-members", "members.exempt", "vneid2-members", 0),
        ("on-register", "adoption.state", "register", 1),
        ("portal-residents", "support.people", "portal", 1),
        ("pair-visits", "outreach.pair-visits", "", 0),
        ("refer-two", "outreach.referred-two", "", 0),
        ("exempt-refer-two", "members.exempt", "refer-two", 0),
        ("whole-pair-visits", "outreach.visits", "", 0),
    }
    assert measures >= {
        ("festival", "events.held", "cashless-festival", 0),
        ("signed-documents", "documents.signed", "", 0),
        ("whole-signed-documents", "documents.outgoing", "", 0),
    }
    assert len(measures) == 27
    assert AuditEvent.objects.get(action="targets.load").changed == ["indicators", "targets"]


def test_loading_it_again_changes_nothing(tree):
    first = load_programme(actor=tree.dung, path=FILE)
    events = AuditEvent.objects.count()
    rows = list(Target.objects.order_by("pk").values())

    again = load_programme(actor=tree.dung, path=FILE)

    assert again.pk == first.pk
    assert list(Target.objects.order_by("pk").values()) == rows
    assert AuditEvent.objects.count() == events


def test_a_changed_target_is_a_new_version_beside_the_old_one(tree, write):
    load_programme(actor=tree.dung, path=write(SMALL))

    load_programme(actor=tree.dung, path=write(SMALL.replace("target = 10", "target = 12")))

    assert list(Target.objects.order_by("version").values_list("version", "value")) == [(1, 10), (2, 12)]
    assert AuditEvent.objects.filter(action="targets.load").order_by("-id").first().changed == ["targets"]


def test_a_new_indicator_joins_a_loaded_programme(tree, write):
    load_programme(actor=tree.dung, path=write(SMALL))
    second = SMALL[SMALL.index("[[indicator]]") :].replace('"shops"', '"more-shops"')

    load_programme(actor=tree.dung, path=write(SMALL + second))

    assert list(Indicator.objects.values_list("code", flat=True)) == ["shops", "more-shops"]


@pytest.mark.parametrize(
    ("old", "new", "code", "where"),
    [
        ("target = 10", "target = 0", "file_entry", "chỉ tiêu shops"),
        ("target = 10", 'target = "10"', "file_entry", "chỉ tiêu shops"),
        ("target = 10\n", "", "file_entry", "chỉ tiêu shops"),
        ('kind = "count"', 'kind = "counts"', "file_entry", "chỉ tiêu shops"),
        ('kind = "count"', 'kind = "share"', "file_entry", "chỉ tiêu shops"),
        ('why = "Tạm lấy."', "", "file_entry", "chỉ tiêu shops"),
        ('why = "Tạm lấy."', 'wy = "Tạm lấy."', "file_entry", "chỉ tiêu shops"),
        ('basis = "assumed"', 'basis = "stated"\ntaget = 3', "file_entry", "chỉ tiêu shops"),
        ('basis = "assumed"', 'basis = "stated"\ndue = [2023-03-01]', "file_entry", "chỉ tiêu shops"),
        ('basis = "assumed"', 'basis = "stated"\ndenominator = "members"', "file_entry", "chỉ tiêu shops"),
        ('family = "support.businesses"\nparameters = { service = "payment" }', 'family = "adoption.state"\nparameters = { service = "vneid", rung = "x" }', "rung_unknown", "chỉ tiêu shops"),  # noqa: E501
        ('code = "shops"', 'code = "members"', "file_entry", "chỉ tiêu members"),
        ('code = "shops"', 'code = "Shops"', "file_entry", "chỉ tiêu Shops"),
        ('root = "p4"', 'root = "p9"', "file_entry", "small.toml"),
        ("last_day = 2023-12-31", "last_day = 2022-12-31", "file_entry", "small.toml"),
        ("services.toml", "gone.toml", "file_unreadable", "gone.toml"),
        ("[[indicator]]", "[[indicator", "file_unreadable", "small.toml"),
    ],
)  # fmt: skip
def test_a_mistake_is_refused_with_its_entry_and_nothing_is_written(tree, write, old, new, code, where):
    with pytest.raises(Refused) as refused:
        load_programme(actor=tree.dung, path=write(SMALL.replace(old, new)))

    assert (refused.value.problem.code, refused.value.problem.field) == (code, where)
    assert not Programme.objects.exists()
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("last_day = 2023-12-31", "last_day = 2024-12-31", "programme_walls"),
        ('root = "p4"', 'root = "p5"', "programme_walls"),
        ('service = "payment"', 'service = "portal"', "indicator_changed"),
        ('code = "shops"', 'code = "stalls"', "indicator_gone"),
    ],
)
def test_what_figures_mean_does_not_change_under_them(tree, write, old, new, code):
    load_programme(actor=tree.dung, path=write(SMALL))

    with pytest.raises(Refused) as refused:
        load_programme(actor=tree.dung, path=write(SMALL.replace(old, new)))

    assert refused.value.problem.code == code
    assert Indicator.objects.get().parameters["counts"] == {"service": "payment"}


PAIRS = SMALL.replace('kind = "count"', 'kind = "rule"\ndenominator_text = "Lượt đến nhà"').replace(
    'family = "support.businesses"\nparameters = { service = "payment" }',
    'family = "outreach.pair-visits"\ndenominator = "outreach.visits"',
)


@pytest.mark.parametrize(("whole", "measure"), [("outreach.visits", "whole-shops"), ("nobody.serves", "")])
def test_a_share_of_what_another_family_counts(tree, write, whole, measure):
    programme = load_programme(actor=tree.dung, path=write(PAIRS.replace("outreach.visits", whole)))

    indicator = Indicator.objects.get()
    assert (indicator.numerator, indicator.denominator, indicator.exempt, indicator.asks_members) == (
        "shops",
        measure,
        "",
        False,
    )
    codes = set(programme.book.measures.values_list("code", flat=True))
    assert codes == {"shops", measure} - {""}
    assert progress(programme, tree.units["p4"], TODAY)[0].exempt is None


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ('"outreach.visits"', '"visits"', "file_entry"),
        ('code = "shops"', 'code = "whole-shops"', "file_entry"),
        ('family = "outreach', 'parameters = { service = "portal" }\nfamily = "outreach', "measure_parameters"),
    ],
)
def test_a_mistake_in_what_it_is_a_share_of_is_refused(tree, write, old, new, code):
    with pytest.raises(Refused) as refused:
        load_programme(actor=tree.dung, path=write(PAIRS.replace(old, new)))

    assert refused.value.problem.code == code
    assert not Programme.objects.exists()


def test_a_denominator_may_be_set_only_while_nobody_has_counted(tree, write):
    unserved = PAIRS.replace("outreach.pair-visits", "nobody.serves")
    without = unserved.replace('denominator = "outreach.visits"\n', "")
    load_programme(actor=tree.dung, path=write(without))
    load_programme(actor=tree.dung, path=write(unserved))
    assert Indicator.objects.get().parameters["denominator"] == "outreach.visits"
    for text in (without, unserved.replace("outreach.visits", "outreach.pair-visits")):
        with pytest.raises(Refused) as refused:
            load_programme(actor=tree.dung, path=write(text))
        assert refused.value.problem.code == "indicator_changed"


@pytest.mark.parametrize("name", ["an", "hanh", "khoa", "minh"])
def test_only_the_city_loads_programmes(tree, name):
    with pytest.raises(PermissionDenied):
        load_programme(actor=tree.users[name], path=FILE)

    assert not Programme.objects.exists()


def test_the_command(tree, write, tmp_path, capsys):
    call_command("load_programme", str(FILE))
    assert capsys.readouterr().out == (
        "Tuổi trẻ TP Mỹ Tho chung tay chuyển đổi số năm 2023: 18 chỉ tiêu, trong đó 16 chỉ tiêu đã có nguồn số liệu.\n"
    )

    for words, returncode in [
        ([str(write(SMALL.replace("= 10", "= 0"), "wrong.toml"))], 1),
        ([str(tmp_path / "gone.toml")], 2),
        ([str(write(SMALL)), "--as", "an"], 1),
        ([str(write(SMALL)), "--as", "nobody"], 2),
    ]:
        with pytest.raises(CommandError) as error:
            call_command("load_programme", *words)
        assert error.value.returncode == returncode
    assert Programme.objects.count() == 1


def test_a_programme_loaded_late_finds_what_was_done_before(loaded, write):
    loaded.reach("p4", "vneid", "level2-active", "Đức", "Hân", on=date(2023, 5, 1))
    text = (
        FILE.read_text(encoding="utf-8").replace('"my-tho-2023"', '"late"').replace('"services.toml"', f'"{SERVICES}"')
    )

    late = load_programme(actor=loaded.tree.dung, path=write(text))

    for on in (date(2023, 4, 30), date(2023, 5, 1), TODAY):
        for code in ("my-tho", "p4", "p5"):
            unit = loaded.tree.units[code]
            assert progress(late, unit, on) == progress(loaded.programme, unit, on)
