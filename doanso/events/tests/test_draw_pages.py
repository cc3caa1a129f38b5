"""The pages of a draw: the desk from step to step, the public page, its files, and the ticket that won."""

import hashlib
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from doanso.events import actions, tickets
from doanso.events.models import DrawResult, Registration
from doanso.events.queries import draws as queries
from doanso.events.tests.conftest import SUNDAY
from doanso.events.tests.draw_scene import NUMBER_DAY, PRIZES, DrawScene
from doanso.events.tests.draw_scene import scene as scene
from doanso.lib.tests.printed_codes import codes_in, picture_of

DOCS = Path(__file__).resolve().parents[3] / "docs" / "draw.md"


def text_of(client: Client, address: str, **data: str) -> str:
    answer = client.get(address, data)
    assert answer.status_code == 200
    return answer.content.decode()


def desk(scene: DrawScene, name: str = "draw") -> str:
    return reverse(f"events:{name}", args=[scene.festival.event.pk])


def public(scene: DrawScene, name: str = "public-draw") -> str:
    return reverse(f"events:{name}", args=[scene.festival.event.slug])


def prepared_form(**changes: str) -> dict[str, str]:
    data = {
        "number_name": "Giải đặc biệt xổ số Tiền Giang", "number_day": f"{NUMBER_DAY:%d/%m/%Y}", "number_time": "16:30",
        "read": "0", "claim_note": "Nhận giải tại Thành Đoàn đến hết 17/11.",
    }  # fmt: skip
    for position, prize in enumerate(PRIZES, 1):
        data |= {f"prize_{position}": prize.name, f"count_{position}": str(prize.count)}
    return data | changes


def test_an_officer_holds_the_draw_step_by_step(scene: DrawScene, as_user: Any) -> None:
    client, second = as_user(scene.festival.by), as_user(scene.second)
    assert "Chưa có bốc thăm" in text_of(client, desk(scene))
    assert Client().get(public(scene)).status_code == 404
    assert client.post(desk(scene, "prepare-draw"), prepared_form()).headers["Location"] == desk(scene)
    text = text_of(client, desk(scene))
    assert "Giải nhì: bộ nồi" in text
    assert "Niêm phong và công bố" in text
    assert Client().get(public(scene)).status_code == 404
    client.post(desk(scene, "commit-draw"), {"read": scene.draw.version})
    assert "Cần ít nhất 5 vé" in text_of(client, desk(scene))
    scene.came(range(1, 41))
    assert "Khóa danh sách 40 vé" in text_of(client, desk(scene))
    scene.set_day(SUNDAY)
    client.post(desk(scene, "freeze-draw"))
    assert "Có từ 16:30, 20/11/2023" in text_of(client, desk(scene))
    scene.set_day(NUMBER_DAY + timedelta(days=1))
    client.post(desk(scene, "enter-draw-number"), {"value": "083506"})
    text = text_of(client, desk(scene))
    assert "Đã ghi số của bạn" in text
    assert "083506" not in text_of(second, desk(scene)).replace('placeholder="083506"', "")
    second.post(desk(scene, "enter-draw-number"), {"value": "083 506"})
    text = text_of(client, desk(scene))
    assert "Đã bốc thăm" in text
    assert "5 giải trong 40 vé" in text
    for row in DrawResult.objects.all():
        assert f"{row.ticket_number:04}" in text
    assert "Bốc thăm Ngày hội không tiền mặt Mỹ Tho: các vé trúng." in text


def test_what_is_wrong_is_said_on_the_form(scene: DrawScene, as_user: Any) -> None:
    client = as_user(scene.festival.by)
    for changes, words in (
        ({"number_name": ""}, "Hãy điền mục này."),
        ({"prize_2": ""}, "Ghi tên giải và quà."),
        (
            {"prize_1": "", "count_1": "", "prize_2": "", "count_2": "", "prize_3": "", "count_3": ""},
            "Ghi tên giải và quà.",
        ),
        ({"number_day": "12/11/2022"}, "Số công khai có thể đã có rồi."),
    ):
        answer = client.post(desk(scene, "prepare-draw"), prepared_form(**changes))
        assert answer.status_code == 422
        assert words in answer.content.decode()
    scene.frozen()
    for value in ("", "abc"):
        answer = client.post(desk(scene, "enter-draw-number"), {"value": value})
        assert answer.status_code == 422
        assert "form-control" in answer.content.decode()
    assert client.get(desk(scene, "draw-minutes")).status_code == 404


def test_more_rows_of_prizes_are_shown_when_these_are_full(scene: DrawScene, as_user: Any) -> None:
    client = as_user(scene.festival.by)
    assert text_of(client, desk(scene, "prepare-draw")).count('name="prize_') == 5
    client.post(desk(scene, "prepare-draw"), prepared_form(prize_4="Nón", prize_5="Áo", prize_6="Sách", count_6=""))
    assert text_of(client, desk(scene, "prepare-draw")).count('name="prize_') == 8
    assert list(scene.draw.prizes.values_list("count", flat=True)) == [1, 2, 2, 1, 1, 1]


def test_the_public_page_shows_each_step(scene: DrawScene) -> None:
    client = Client()
    scene.prepare()
    scene.commit()
    text = text_of(client, public(scene))
    assert "5 giải cho người đã điểm danh" in text
    assert scene.draw.seed_hash in text
    assert "sẽ khóa trước 16:30, 20/11/2023" in text
    assert client.get(public(scene, "draw-list")).status_code == 404
    scene.came(range(1, 41))
    scene.set_day(SUNDAY)
    scene.freeze()
    text = text_of(client, public(scene), ticket="0040")
    assert "Vé 0040 có trong danh sách bốc thăm." in text
    assert scene.draw.list_hash in text
    assert client.get(public(scene, "draw-list")).content.decode() == "".join(f"{number}\n" for number in range(1, 41))
    scene.set_day(NUMBER_DAY + timedelta(days=1))
    scene.enter("083506")
    scene.enter("083506", scene.second)
    text = text_of(client, public(scene))
    assert "máy chủ vừa tính lại, ra đúng 5 vé này" in text
    assert "L. T. M." in text or "Khách giữ vé, không ghi tên" in text
    assert "Mận" not in text
    assert scene.draw.seed in text
    assert client.cookies == {}
    event_page = text_of(client, reverse("events:public-event", args=[scene.festival.event.slug]))
    assert public(scene) in event_page


def test_everybody_looks_a_ticket_up(scene: DrawScene) -> None:
    scene.drawn()
    won = DrawResult.objects.order_by("ticket_number")[0]
    lost = next(number for number in range(1, 41) if not DrawResult.objects.filter(ticket_number=number).exists())
    for typed, words in (
        (f"{won.ticket_number:04}", f"Vé {won.ticket_number:04} đã trúng: "),
        (str(lost), f"Vé {lost:04} có trong danh sách, không trúng."),
        ("900", "Vé 0900 không có trong danh sách"),
        ("abc", "Nhập số ghi trên vé, ví dụ 0611."),
        ("٣", "Nhập số ghi trên vé, ví dụ 0611."),
    ):
        assert words in text_of(Client(), public(scene), ticket=typed)
    assert 'role="status"' not in text_of(Client(), public(scene), ticket="").split("recomputed")[0]


def test_the_ticket_says_whether_it_won(scene: DrawScene) -> None:
    def page(number: int) -> str:
        return text_of(
            Client(), reverse("events:ticket", args=[tickets.link_of(Registration.objects.get(number=number))])
        )

    scene.frozen()
    assert "Vé của bạn có trong danh sách bốc thăm." in page(7)
    scene.enter("083506")
    scene.enter("083506", scene.second)
    won = DrawResult.objects.get(round__prize__position=1)
    lost = next(number for number in range(1, 41) if not DrawResult.objects.filter(ticket_number=number).exists())
    assert "Vé của bạn đã trúng: Giải nhất: xe đạp." in page(won.ticket_number)
    assert "Vé của bạn không trúng." in page(lost)
    actions.redraw_prize(actor=scene.festival.by, result=won, reason="Không đến nhận")
    assert "từng trúng “Giải nhất: xe đạp”" in page(won.ticket_number)


def test_a_second_draw_of_a_prize_stands_beside_the_first(scene: DrawScene, as_user: Any) -> None:
    client = as_user(scene.festival.by)
    scene.drawn()
    first = DrawResult.objects.get(round__prize__position=1)
    address = reverse("events:redraw-prize", args=[scene.festival.event.pk, first.pk])
    assert f"{first.ticket_number:04}" in text_of(client, address)
    assert client.post(address, {"reason": ""}).status_code == 422
    client.post(address, {"reason": "Không đến nhận trong hạn"})
    second = DrawResult.objects.get(replaces=first)
    text = text_of(Client(), public(scene))
    assert f"đã thay bằng vé {second.ticket_number:04}" in text
    assert "bốc lại: Không đến nhận trong hạn" in text
    assert "máy chủ vừa tính lại, ra đúng 6 vé này" in text
    # The message to copy names who gets the prizes now.
    ready = client.get(desk(scene)).context["ready"].text
    assert f"Giải nhất: xe đạp: {second.ticket_number:04}" in ready
    assert f"{first.ticket_number:04}" not in ready


def test_a_withdrawn_draw_stays_on_the_pages(scene: DrawScene, as_user: Any) -> None:
    client = as_user(scene.festival.by)
    scene.prepare()
    scene.commit()
    assert client.post(desk(scene, "withdraw-draw"), {"reason": ""}).status_code == 422
    client.post(desk(scene, "withdraw-draw"), {"reason": "Xổ số nghỉ ngày bão"})
    assert "Xổ số nghỉ ngày bão" in text_of(client, desk(scene))
    text = text_of(Client(), public(scene))
    assert "Bốc thăm đã rút" in text
    assert "Xổ số nghỉ ngày bão" in text
    assert Client().get(public(scene, "draw-file")).status_code == 404
    scene.prepare()
    scene.commit()
    assert "Xổ số nghỉ ngày bão" in text_of(Client(), public(scene))
    [withdrawn] = json.loads(Client().get(public(scene, "draw-file")).content)["withdrawn"]
    assert (withdrawn["reason"], sorted(withdrawn["steps"])) == ("Xổ số nghỉ ngày bão", ["committed", "withdrawn"])


def test_a_due_draw_is_withdrawn_on_the_pages_by_two_officers(scene: DrawScene, as_user: Any) -> None:
    scene.frozen()
    client = as_user(scene.festival.by)
    assert "một cán bộ khác cũng phải xác nhận" in text_of(client, desk(scene, "withdraw-draw"))
    client.post(desk(scene, "withdraw-draw"), {"reason": "Xổ số nghỉ ngày bão"})
    assert "Đã ghi xác nhận của bạn. Cán bộ thứ hai" in text_of(client, desk(scene))
    client = as_user(scene.second)
    assert "là không có số" in text_of(client, desk(scene))
    client.post(desk(scene, "withdraw-draw"), {"reason": "Xổ số nghỉ ngày bão"})
    assert scene.draw.state == "withdrawn"


def test_the_minutes_are_printed_and_noted(scene: DrawScene, as_user: Any) -> None:
    client = as_user(scene.festival.by)
    drawn = scene.drawn()
    answer = client.get(desk(scene, "draw-minutes"))
    text = answer.content.decode()
    for words in (
        drawn.seed,
        drawn.seed_hash,
        drawn.list_hash,
        "083506",
        "Phạm Thị Dung",
        "Võ Trường Giang",
        "Người dân làm chứng",
    ):
        assert words in text
    assert codes_in(picture_of(answer.context["picture"])) == [f"http://testserver{public(scene)}"]
    client.post(desk(scene, "note-draw-minutes"), {"note": "Biên bản 07-BB/BTC có 3 người ký, gồm 1 người dân."})
    assert "Biên bản 07-BB/BTC có 3 người ký" in text_of(Client(), public(scene))


def test_the_desk_shows_whom_to_call_and_inspectors_read_initials(scene: DrawScene, as_user: Any) -> None:
    scene.drawn([1, 2, 4, 5, 7])
    Registration.objects.filter(number=4).update(phone_encrypted=tickets.encrypt_phone("0912345678"))
    for name in ("draw", "draw-minutes"):
        assert "Lê Thị Mận" in text_of(as_user(scene.festival.by), desk(scene, name))
        text = text_of(as_user(scene.festival.tree.hanh), desk(scene, name))
        assert ("Mận" in text, "L. T. M." in text, "0912345678" in text) == (False, True, False)
    assert "tel:0912345678" in text_of(as_user(scene.festival.by), desk(scene))
    assert "0912345678" not in text_of(Client(), public(scene))


def test_strangers_see_nothing_and_inspectors_change_nothing(scene: DrawScene, as_user: Any) -> None:
    scene.drawn()
    stranger, inspector = as_user(scene.festival.tree.an), as_user(scene.festival.tree.hanh)
    assert stranger.get(desk(scene)).status_code == 404
    assert "Bốc lại" not in text_of(inspector, desk(scene))
    for name in ("commit-draw", "freeze-draw", "enter-draw-number", "withdraw-draw", "note-draw-minutes"):
        assert stranger.post(desk(scene, name)).status_code == 404
        assert inspector.post(desk(scene, name)).status_code == 403
    result = DrawResult.objects.all()[0]
    address = reverse("events:redraw-prize", args=[scene.festival.event.pk, result.pk])
    assert stranger.post(address, {"reason": "x"}).status_code == 404


def _run_the_lines(folder: Path, published: bytes) -> subprocess.CompletedProcess[str]:
    """Run the Python of docs/draw.md on a published file."""
    code = DOCS.read_text(encoding="utf-8").split("```python\n")[1].split("```")[0]
    assert len([line for line in code.splitlines() if line]) == 20
    (folder / "check_draw.py").write_text(code, encoding="utf-8")
    (folder / "draw.json").write_bytes(published)
    words = [sys.executable, "-I", "check_draw.py", "draw.json"]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False, timeout=60)


def test_the_lines_of_the_documentation_reproduce_the_published_result(scene: DrawScene, tmp_path: Path) -> None:
    scene.drawn()
    first = DrawResult.objects.get(round__prize__position=2, position=1)
    actions.redraw_prize(actor=scene.festival.by, result=first, reason="Không đến nhận")
    answer = Client().get(public(scene, "draw-file"))
    assert answer.headers["Content-Type"] == "application/json"
    done = _run_the_lines(tmp_path, answer.content)
    numbers = [
        list(row.results.order_by("position").values_list("ticket_number", flat=True))
        for row in scene.draw.rounds.order_by("position")
    ]
    names = [*(prize.name for prize in PRIZES), PRIZES[1].name]
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"{name} {winners}" for name, winners in zip(names, numbers, strict=True)]
    # Another number of the list, another seed, a winner put in, a prize left out: the lines find each of them.
    for change in (
        lambda data: data["list"]["numbers"].append(999),
        lambda data: data["seed"].update(value="00" * 32),
        lambda data: data["rounds"][0]["winners"].__setitem__(0, 41),
        lambda data: data["public_number"].update(value="083507"),
        lambda data: data["rounds"].pop(0),
    ):
        data = json.loads(answer.content)
        change(data)
        assert _run_the_lines(tmp_path, json.dumps(data).encode()).returncode == 1


def test_the_lines_that_the_page_offers_are_those_of_the_documentation() -> None:
    program = Path(__file__).resolve().parents[1] / "static" / "events" / "check_draw.txt"
    assert f"```python\n{program.read_text(encoding='utf-8')}```" in DOCS.read_text(encoding="utf-8")


def test_the_published_file_is_stable_and_names_nobody(scene: DrawScene) -> None:
    scene.drawn()
    content = Client().get(public(scene, "draw-file")).content
    assert Client().get(public(scene, "draw-file")).content == content
    data = json.loads(content)
    assert sorted(data) == [
        "event", "format", "list", "prizes", "public_number", "rounds", "rule", "seed", "state", "steps", "version", "withdrawn",
    ]  # fmt: skip
    assert (data["format"], data["version"], data["rule"], data["state"]) == (
        "doanso-draw",
        1,
        "doanso-draw-1",
        "drawn",
    )
    assert data["public_number"] == {
        "name": "Giải đặc biệt xổ số Tiền Giang", "known_from": "2023-11-20T16:30:00+07:00", "value": "083506",
    }  # fmt: skip
    assert data["steps"]["frozen"].startswith("2023-11-19T")
    assert "Mận" not in content.decode()
    assert queries.fingerprint_of(scene.festival.event) == hashlib.sha256(content).hexdigest()


def test_seed_and_list_stay_secret_until_their_step(scene: DrawScene) -> None:
    scene.prepare()
    assert Client().get(public(scene, "draw-file")).status_code == 404
    scene.commit()
    data = json.loads(Client().get(public(scene, "draw-file")).content)
    assert (data["seed"]["value"], data["list"]["numbers"], data["public_number"]["value"]) == (None, None, None)
    assert data["seed"]["sha256"] == scene.draw.seed_hash
    assert queries.fingerprint_of(scene.festival.event) == ""


@pytest.mark.parametrize("count", [5, 60])
def test_pages_take_a_constant_number_of_statements(
    scene: DrawScene, as_user: Any, django_assert_num_queries: Any, count: int
) -> None:
    scene.drawn(range(1, count + 1))
    client, desk_client = Client(), as_user(scene.festival.by)
    text_of(client, public(scene))
    text_of(desk_client, desk(scene))
    with django_assert_num_queries(11):
        text_of(client, public(scene))
    with django_assert_num_queries(13):
        text_of(desk_client, desk(scene))
