"""`doanso`, `doanso help`: the product's own commands in groups."""

import pytest
from django.core.management import get_commands

from doanso import __main__ as program
from doanso.home.command_help import GROUPS, NOT_COMMANDS


@pytest.mark.parametrize("words", [[], ["help"], ["--help"]])
def test_the_products_own_commands_are_listed_in_groups_in_vietnamese(capsys, words):
    program.main(words)
    lines = capsys.readouterr().out.splitlines()

    assert lines[0] == "Cách dùng: doanso [--data THƯ_MỤC] LỆNH [tùy chọn]"
    assert lines[lines.index("Số liệu và báo cáo") + 2].split("  ")[1] == "report"
    assert "Viết báo cáo của một đơn vị thành PDF, Word, Excel và JSON." in lines[lines.index("Số liệu và báo cáo") + 2]
    assert not any("makemigrations" in line for line in lines)
    assert all(len(line) <= 130 for line in lines)


def test_djangos_own_are_listed_on_request(capsys):
    program.main(["help", "--all"])
    text = capsys.readouterr().out

    assert "Lệnh của Django" in text
    assert "makemigrations" in text
    assert "setup-code" in text.splitlines()[7]


def test_every_command_of_the_product_stands_in_one_group():
    listed = [name for group in GROUPS for name in group.commands if name not in NOT_COMMANDS]
    own = {name for name, owner in get_commands().items() if str(owner).startswith("doanso.")}

    assert sorted(listed) == sorted(own)


def test_help_of_one_command_takes_its_name_with_dashes(capsys):
    program.main(["help", "load-units"])

    assert "Create the units of a file" in capsys.readouterr().out
