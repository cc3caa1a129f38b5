"""An empty installation is set up in a browser: code, committee, administrator; then the code is void."""

import io
import logging
import threading
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.test import Client

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.audit.models import AuditEvent
from doanso.lib.problems import Refused
from doanso.setup import actions, queries, rules
from doanso.setup.actions import AdministratorInput, CommitteeInput
from doanso.setup.models import SetupCode
from doanso.units.models import Unit, UnitKind, UnitName

pytestmark = pytest.mark.django_db
PASSWORD = "sen-hong-dau-ngo-2026"
GIANG = {"display_name": "Võ Trường Giang", "username": "giang", "password": PASSWORD, "again": PASSWORD}
COMMUNE = CommitteeInput(kind="commune", name="", place="28360", since=date(2023, 1, 1))


@pytest.fixture(autouse=True)
def first_setup(settings):
    settings.FIRST_SETUP = True


@pytest.fixture
def code() -> str:
    return actions.issue_setup_code() or ""


def _begun(code: str) -> Client:
    client = Client()
    assert client.post("/setup/", {"code": code}).status_code == 302
    return client


def _at_the_last_page(code: str) -> Client:
    client = _begun(code)
    answer = client.post("/setup/committee/", {"kind": "city", "since": "2023-01-01", "q": "my tho tien giang"})
    assert (answer.status_code, answer["Location"]) == (302, "/setup/administrator/")
    return client


@pytest.mark.parametrize("address", ["/", "/login/", "/units/", "/today/?x=1", "/verify/"])
def test_until_somebody_administers_every_page_leads_to_the_setup(address):
    answer = Client().get(address)

    assert (answer.status_code, answer["Location"]) == (302, "/setup/")
    assert Client().get("/api/v1/programmes").status_code == 503


def test_from_the_code_to_the_first_page(code):
    client = _at_the_last_page(rules.format_code(code).lower())

    page = client.get("/setup/administrator/").content.decode()
    answer = client.post("/setup/administrator/", GIANG)

    assert "<b>Thành Đoàn Mỹ Tho</b>" in page
    assert (answer.status_code, answer["Location"]) == (302, "/")
    unit = Unit.objects.get()
    assert (unit.code, unit.kind, unit.since) == ("my-tho", UnitKind.CITY, date(2023, 1, 1))
    named = UnitName.objects.get()
    assert (named.name, named.short_name) == ("Thành Đoàn Mỹ Tho", "Mỹ Tho")
    role = RoleAssignment.objects.get()
    assert (role.user.username, role.role, role.unit) == ("giang", Role.CITY_ADMINISTRATOR, unit)
    assert client.get("/", follow=True).request["PATH_INFO"] == "/today/"
    assert Client().get("/setup/")["Location"] == "/"
    assert list(AuditEvent.objects.order_by("pk").values_list("action", "actor__username")) == [
        ("units.load", None),
        ("accounts.create", None),
        ("access.grant", None),
        ("setup.complete", "giang"),
        ("accounts.sign_in", "giang"),
    ]


def test_a_commune_of_2026_is_named_by_its_official_place(code, business_day):
    business_day(date(2026, 3, 1))
    client = _begun(code)
    asked = {"kind": "commune", "since": "2026-01-01"}

    found = client.post("/setup/committee/", asked | {"q": "tan huong", "find": "1"})
    places = {place.code: title for place, _chosen, title in found.context["places"]}
    chosen = next(code for code, title in places.items() if title == "Đoàn xã Tân Hương")
    client.post("/setup/committee/", asked | {"q": "tan huong", "place": chosen})
    last = client.get("/setup/administrator/").content.decode()
    client.post("/setup/administrator/", GIANG)

    assert "<b>Đoàn xã Tân Hương</b> (Xã Tân Hương, Tỉnh Đồng Tháp). Tài khoản của người khác tạo sau." in last
    unit = Unit.objects.get()
    assert (unit.code, unit.kind, unit.since) == (chosen, UnitKind.COMMUNE, date(2026, 1, 1))
    assert UnitName.objects.get().short_name == "Xã Tân Hương"
    assert RoleAssignment.objects.get().role == Role.CITY_ADMINISTRATOR


def test_a_search_without_a_hit_says_so_and_speaks_of_no_saving(code):
    client = _begun(code)
    asked = {"kind": "commune", "since": "2023-01-01", "q": "xyzzy"}

    searched = client.post("/setup/committee/", asked | {"find": "1"})
    sent = client.post("/setup/committee/", asked)

    assert list(searched.context["form"].errors) == ["q"]
    assert "Chưa lưu." not in searched.content.decode()
    assert (sent.status_code, "Chưa lưu." in sent.content.decode()) == (422, True)


def test_a_committee_of_a_place_that_is_not_listed_is_named_by_hand(code):
    client = _begun(code)
    client.post("/setup/committee/", {"kind": "ward", "since": "2023-01-01", "name": "Đoàn khu công nghiệp Tân Hương"})
    client.post("/setup/administrator/", GIANG)

    assert Unit.objects.get().code == "khu-cong-nghiep-tan-huong"
    assert UnitName.objects.get().short_name == "Khu công nghiệp Tân Hương"


def test_a_long_name_of_a_committee_has_a_short_one_that_fits(code):
    long = "Đoàn Thanh niên Cộng sản Hồ Chí Minh xã Tân Hương, huyện Châu Thành, tỉnh Tiền Giang, khóa mười hai"
    client = _begun(code)
    client.post("/setup/committee/", {"kind": "commune", "since": "2023-01-01", "name": long})
    client.post("/setup/administrator/", GIANG)

    named = UnitName.objects.get()
    assert named.name == long
    assert named.short_name == "Thanh niên Cộng sản Hồ Chí Minh xã Tân Hương, huyện Châu Thành, tỉnh Tiền"


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"kind": "ward", "since": "2023-01-01"}, "q", "Gõ tên địa danh"),
        ({"kind": "ward", "since": "2023-01-01", "q": "khong co noi nay"}, "q", "không có nơi này"),
        ({"kind": "ward", "since": "2023-01-01", "q": "Phường 1"}, "q", "Chọn đúng nơi"),
        ({"kind": "ward", "since": "2030-01-01", "name": "Đoàn phường A"}, "since", "Ngày này chưa đến"),
        ({"kind": "ward", "since": "1900-01-01", "name": "Đoàn phường A"}, "since", "từ 01/01/2000"),
        ({"kind": "ward", "since": "2023-01-01", "name": "=1+1"}, "name", ""),
        ({"kind": "nothing", "since": "2023-01-01", "name": "Đoàn phường A"}, "kind", ""),
    ],
)
def test_a_committee_that_cannot_be_says_what_to_do(code, data, field, message):
    answer = _begun(code).post("/setup/committee/", data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert message in str(answer.context["form"].errors)


def test_a_city_below_a_province_is_told_that_there_are_none_since_2025(code, business_day):
    business_day(date(2026, 3, 1))
    asked = {"kind": "city", "since": "2026-01-01", "q": "my tho"}

    answer = _begun(code).post("/setup/committee/", asked)

    assert answer.status_code == 422
    assert "Từ 01/07/2025 không còn cấp huyện" in str(answer.context["form"].errors["q"])


def test_without_the_code_no_page_is_reached(code):
    client = Client()

    for address in ("/setup/committee/", "/setup/administrator/"):
        assert client.get(address)["Location"] == "/setup/"
        assert client.post(address, GIANG)["Location"] == "/setup/"
    assert client.post("/setup/", {"code": "AAAA-BBBB-CCCC"}).status_code == 422
    assert client.get("/setup/committee/")["Location"] == "/setup/"
    assert not User.objects.exists()


def test_wrong_tries_slow_down_also_the_right_one(code):
    client = Client()
    for _ in range(5):
        assert "Đây không phải mã" in client.post("/setup/", {"code": "AAAA-BBBB-CCCC"}).content.decode()

    answer = client.post("/setup/", {"code": code})

    assert answer.status_code == 422
    assert "Đã nhập sai nhiều lần. Đợi 30 giây" in answer.content.decode()


def test_a_new_start_makes_the_earlier_code_void(code):
    client = _at_the_last_page(code)
    second = actions.issue_setup_code()

    assert client.post("/setup/administrator/", GIANG)["Location"] == "/setup/"
    page = client.get("/setup/").content.decode()
    assert "Đoàn Số đã được thiết lập, hoặc vừa được khởi động lại. Hãy đăng nhập, hoặc nhập mã mới nhất." in page
    assert Client().post("/setup/", {"code": code}).status_code == 422
    assert _begun(second or "")
    assert SetupCode.objects.count() == 1
    assert not User.objects.exists()


def test_the_committee_chosen_under_an_earlier_code_stays(code):
    client = _at_the_last_page(code)
    assert client.post("/setup/", {"code": actions.issue_setup_code() or ""})["Location"] == "/setup/committee/"

    page = client.get("/setup/committee/").content.decode()
    assert 'value="my tho tien giang"' in page
    assert client.post("/setup/administrator/", GIANG)["Location"] == "/"

    assert Unit.objects.get().code == "my-tho"


def test_the_code_is_stored_as_a_hash_and_is_in_no_log_and_no_address(code, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client()
    answers = [client.post("/setup/", {"code": typed}) for typed in ("AAAA-BBBB-CCCC", code)]

    assert code not in str(list(SetupCode.objects.values_list()))
    assert code not in caplog.text
    assert rules.format_code(code) not in caplog.text
    assert [answer.get("Location", "") for answer in answers] == ["", "/setup/committee/"]
    assert code not in str(dict(client.session))
    assert all(answer["Cache-Control"].startswith("max-age=0, no-cache, no-store") for answer in answers)


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"password": "ngan", "again": "ngan"}, "password"),
        ({"again": "another-password"}, "again"),
        ({"username": "Võ Giang"}, "username"),
        ({"display_name": ""}, "display_name"),
        ({"password": "vo-truong-giang", "again": "vo-truong-giang"}, "password"),
    ],
)
def test_a_refused_administrator_leaves_everything_open(code, data, field):
    client = _at_the_last_page(code)

    answer = client.post("/setup/administrator/", GIANG | data)

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert not Unit.objects.exists()
    assert client.post("/setup/administrator/", GIANG)["Location"] == "/"


def test_the_second_of_two_browsers_is_refused(code):
    first, second = _at_the_last_page(code), _at_the_last_page(code)
    first.post("/setup/administrator/", GIANG)

    answer = second.post("/setup/administrator/", GIANG | {"username": "mao-danh"})

    assert answer["Location"] == "/setup/"
    assert second.get("/setup/")["Location"] == "/"
    assert list(User.objects.values_list("username", flat=True)) == ["giang"]
    with pytest.raises(Refused) as refused:
        actions.complete_setup(
            code_id=SetupCode.objects.get().pk, committee=COMMUNE,
            administrator=AdministratorInput("Mạo Danh", "mao-danh", PASSWORD),
        )  # fmt: skip
    assert refused.value.problem.code == "setup_over"


@pytest.mark.django_db(transaction=True)
def test_browsers_that_come_at_once_create_one_administrator():
    actions.issue_setup_code()
    code_id = SetupCode.objects.get().pk
    together = threading.Barrier(4)
    outcomes: list[str] = []

    def complete(number: int) -> None:
        try:
            together.wait()
            actions.complete_setup(
                code_id=code_id, committee=COMMUNE,
                administrator=AdministratorInput("Võ Trường Giang", f"nguoi{number}", PASSWORD),
            )  # fmt: skip
            outcomes.append("created")
        except Refused as refused:
            outcomes.append(refused.problem.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=complete, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["created", "setup_over", "setup_over", "setup_over"]
    assert (User.objects.count(), Unit.objects.count(), RoleAssignment.objects.count()) == (1, 1, 1)


def test_where_units_were_loaded_only_the_administrator_is_asked(tree):
    RoleAssignment.objects.filter(role=Role.CITY_ADMINISTRATOR).delete()
    client = _begun(actions.issue_setup_code() or "")

    assert client.get("/setup/committee/")["Location"] == "/setup/"
    client.post("/setup/administrator/", GIANG | {"username": "giang.moi"})

    role = RoleAssignment.objects.get(role=Role.CITY_ADMINISTRATOR)
    assert (role.user.username, role.unit.code) == ("giang.moi", "my-tho")
    assert Unit.objects.count() == len(tree.units)


def test_an_installation_with_an_administrator_has_no_setup(tree, django_assert_num_queries):
    assert actions.issue_setup_code() is None
    client = Client()
    assert client.get("/setup/")["Location"] == "/"
    assert client.get("/units/")["Location"] == "/login/?next=/units/"
    # Asked once by each process, then never again.
    with django_assert_num_queries(0):
        client.get("/units/")


def test_the_command_of_the_usual_folder_names_none_and_any_other_is_quoted():
    usual = Path("/opt/doanso/var")
    assert rules.code_command(usual, usual) == "./dev doanso setup-code"
    assert rules.code_command(Path("/srv/doàn số"), usual) == "./dev doanso setup-code --data '/srv/doàn số'"


def test_the_command_in_a_folder_without_an_installation_asks_for_the_right_one(monkeypatch):
    monkeypatch.setattr(connection.introspection, "table_names", lambda: ["django_migrations"])

    with pytest.raises(CommandError) as refused:
        call_command("setup_code")

    assert str(refused.value) == (
        f"Chưa khởi động Đoàn Số lần nào với thư mục {settings.DATA}. "
        "Hãy ghi thêm thư mục đã dùng khi khởi động: --data THƯ_MỤC"
    )
    assert not SetupCode.objects.exists()


def test_the_command_prints_the_code_and_says_when_there_is_none(tree):
    def printed(*words: str) -> str:
        out = io.StringIO()
        call_command("setup_code", *words, stdout=out)
        return out.getvalue()

    assert printed() == "Đoàn Số đã được thiết lập. Hãy đăng nhập.\n"
    assert printed("--if-open") == ""
    RoleAssignment.objects.filter(role=Role.CITY_ADMINISTRATOR).delete()
    assert printed("--hint").endswith(f"./dev doanso setup-code --data {settings.DATA}\n")
    assert not SetupCode.objects.exists()
    shown = printed("--address", "http://127.0.0.1:8000")
    assert "http://127.0.0.1:8000/setup/" in shown
    code = next(word for word in shown.split() if word.count("-") == 2)
    assert queries.code_hash(rules.clean_code(code)) == SetupCode.objects.get().code_hash
