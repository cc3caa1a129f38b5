"""`doanso report`."""

import json
import re
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from doanso.reports.actions.reports import freeze_report
from doanso.reports.tests.test_write_report import begun, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(scene, tmp_path: Path):
    def called(*words: str, folder: str = "out") -> str:
        output = StringIO()
        call_command("report", "--programme", "my-tho-2023", "--out", str(tmp_path / folder), *words, stdout=output)
        return output.getvalue()

    return called


def test_it_writes_four_whole_files_and_says_by_what_the_numbers_are_known(scene, run, tmp_path):
    output = run("--unit", "p4", "--period", "2023-10", "--base", "https://doanso.example/")
    files = sorted(path.name for path in (tmp_path / "out").iterdir())

    assert files == [f"bao-cao-p4-2023-10.{extension}" for extension in ("docx", "json", "pdf", "xlsx")]
    assert (tmp_path / "out" / files[2]).read_bytes().startswith(b"%PDF-")
    assert (tmp_path / "out" / files[0]).read_bytes().startswith(b"PK")
    values = json.loads((tmp_path / "out" / files[1]).read_text())
    assert (values["unit_code"], values["base"]) == ("p4", "https://doanso.example")
    assert f"Mã băm số liệu (SHA-256): {values['numbers_sha256']}, số liệu lúc này, chưa chốt" in output


def test_a_frozen_report_comes_out_with_the_same_numbers_every_time(scene, run, tmp_path):
    report = freeze_report(actor=scene.user("dung"), report=write(scene, begun(scene)))
    outputs = run("--period", "2023-10"), run("--period", "2023-10", folder="again")
    first, other = (tmp_path / name / "bao-cao-my-tho-2023-10.json" for name in ("out", "again"))

    assert first.read_bytes() == other.read_bytes()
    assert all(f"{report.numbers_hash}, số liệu đã chốt" in text for text in outputs)
    assert "Đã họp giao ban." in first.read_text()


def test_links_lead_nowhere_where_the_installation_has_no_name_of_its_own(scene, run, tmp_path, settings):
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
    run("--period", "2023-10")
    settings.ALLOWED_HOSTS = ["doanso.example", "localhost"]
    run("--period", "2023-10", folder="named")
    bases = [
        json.loads((tmp_path / name / "bao-cao-my-tho-2023-10.json").read_text())["base"] for name in ("out", "named")
    ]

    assert bases == ["", "http://doanso.example"]
    assert b"/programmes/my-tho-2023/" not in (tmp_path / "out" / "bao-cao-my-tho-2023-10.pdf").read_bytes()


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--period", "10/2023"], 2, "không phải là kỳ báo cáo"),
        (["--period", "2023-10-15..2023-10-01"], 2, "đứng trước ngày đầu"),
        (["--period", "2024-10"], 1, "không có ngày nào trong kỳ này"),
        (["--period", "2023-12"], 1, "mới bắt đầu"),
        (["--period", "2023-10", "--unit", "p9"], 2, "Không có đơn vị “p9”"),
        (["--period", "2023-10", "--as", "ai"], 2, "Không có người dùng “ai”"),
        (["--period", "2023-10", "--unit", "p5", "--as", "an"], 1, "không được xem báo cáo"),
    ],
)
def test_what_cannot_be_is_said_with_a_code(run, tmp_path, words, code, message):
    with pytest.raises(CommandError) as error:
        run(*words)

    assert error.value.returncode == code
    assert message in str(error.value)
    assert not (tmp_path / "out").exists()


def test_a_folder_that_cannot_be_written_is_said(run, tmp_path):
    (tmp_path / "out").write_text("a file")
    with pytest.raises(CommandError) as error:
        run("--period", "2023-10")

    assert error.value.returncode == 2
    assert re.match("Không ghi được vào thư mục: ", str(error.value))


def test_an_unknown_programme_is_said(scene, tmp_path):
    with pytest.raises(CommandError) as error:
        call_command("report", "--programme", "other", "--period", "2023-10", "--out", str(tmp_path))

    assert error.value.returncode == 2


def test_another_form_than_the_frozen_reports_is_refused_and_nothing_is_written(scene, run, tmp_path):
    freeze_report(actor=scene.user("dung"), report=write(scene, begun(scene)))
    with pytest.raises(CommandError) as error:
        run("--period", "2023-10", "--form", "nd30")

    assert error.value.returncode == 1
    assert "đã khóa theo “Thể thức văn bản của Đoàn” và không đổi được" in str(error.value)
    assert not (tmp_path / "out").exists()
    run("--period", "2023-10", "--form", "doan")
    assert "Đã họp giao ban." in (tmp_path / "out" / "bao-cao-my-tho-2023-10.json").read_text()


def test_a_report_that_is_not_frozen_comes_out_in_the_form_asked_for(scene, run, tmp_path):
    run("--period", "2023-10", "--form", "nd30")
    values = json.loads((tmp_path / "out" / "bao-cao-my-tho-2023-10.json").read_text())

    assert values["form"] == "nd30"
