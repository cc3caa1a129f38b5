"""The demo's city built once more as a committee would build it: by requests of browsers alone, with its own lists.

Only the one-time code is taken from where the terminal prints it, and the worker's tasks are run in between.
"""

import io
import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django_tasks_db.management.commands.db_worker import Worker

from doanso.access.models import Role
from doanso.accounts.models import User
from doanso.ledger import actions as ledger
from doanso.ledger.recount import recount
from doanso.members.demo.register import SIZES, DemoUnit, write_lists
from doanso.members.models import Member
from doanso.organisation.tests.conftest import state
from doanso.reports.models import Period, PeriodState
from doanso.results import demo as results_demo
from doanso.setup.actions import issue_setup_code
from doanso.targets import programme_file, queries
from doanso.targets.models import Programme, ProgrammeDraft
from doanso.targets.plans import ProgrammePlan, with_code_parameters
from doanso.targets.queries.plans import plan_of
from doanso.testing import TREE_BEGAN
from doanso.units import files as unit_files
from doanso.units import queries as units
from doanso.units.actions import load_units
from doanso.units.models import Neighbourhood, Unit, UnitLink, UnitName, UnitPath

pytestmark = [pytest.mark.long, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]
PROGRAMMES: Path = settings.ROOT / "programmes"
UNIT_FILE = PROGRAMMES / "units" / "my-tho-2023.toml"
PASSWORD = "sen-hong-dau-ngo-2023"
BEGUN, CLOSED = date(2023, 1, 3), date(2023, 2, 3)
CLASSES = {"28252": 31, "28249": 24, "28591": 40}
"""Participants of one class in January, by the ward that reports it."""


class Browser:
    """A browser in which somebody works."""

    def __init__(self) -> None:
        self.client = Client()

    def get(self, path: str):
        answer = self.client.get(path)
        assert answer.status_code == 200, path
        return answer

    def send(self, path: str, data: dict) -> str:
        """Send a form that is accepted, and return the address to which it leads."""
        answer = self.client.post(path, data)
        assert answer.status_code == 302, f"{path}: {answer.status_code} {answer.content.decode()[:20_000]}"
        return answer.url

    def become(self, path: str, name: str, username: str) -> None:
        """Make an account behind the setup's last page or an invitation, and sign in."""
        data = {"display_name": name, "username": username, "password": PASSWORD, "again": PASSWORD}
        self.send(path, data)


def work() -> None:
    """Do what the worker does meanwhile."""
    Worker(
        queue_names=["*"], interval=0, batch=True, backend_name="default", startup_delay=False, max_tasks=None,
        worker_id="rebuild", excluded_queue_names=[],
    ).run()  # fmt: skip
    while ledger.fold():
        pass


def unit_workbook() -> SimpleUploadedFile:
    """The demo's units as a list in Excel."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    sheet = book.add_worksheet("Đơn vị")
    sheet.write_row(0, 0, ["Tên đơn vị", "Loại", "Trực thuộc", "Mã", "Tên ngắn", "Ngày thành lập", "Khu phố, ấp, khóm"])
    entries = unit_files.read(UNIT_FILE.read_bytes()).entries
    kinds = dict(Unit._meta.get_field("kind").choices)
    for number, entry in enumerate((entry for entry in entries if entry.parent), 1):
        row = [entry.name, kinds[entry.kind], entry.parent, entry.code, entry.short_name, "01/01/2020"]
        sheet.write_row(number, 0, [*row, "; ".join(entry.neighbourhoods)])
    book.close()
    return SimpleUploadedFile("don-vi.xlsx", target.getvalue())


def expected_tree() -> list:
    """What the demo's own file makes of the tree; it is removed again."""
    load_units(actor=None, content=UNIT_FILE.read_bytes())
    expected = state()
    for model in (UnitPath, UnitLink, UnitName, Neighbourhood, Unit):
        model.objects.all().delete()
    return expected


def demo_plan() -> ProgrammePlan:
    """The demo's programme, as its file states it."""
    return with_code_parameters(programme_file.parse("demo.toml", results_demo.programme_text(PROGRAMMES).encode()))


def set_up(administrator: Browser) -> None:
    administrator.send("/setup/", {"code": issue_setup_code() or ""})
    committee = {"kind": "city", "since": TREE_BEGAN.isoformat(), "q": "Mỹ Tho"}
    administrator.become(administrator.send("/setup/committee/", committee), "Võ Trường Giang", "quantri")


def import_units(administrator: Browser) -> None:
    page = administrator.send("/organisation/units/import/", {"unit": "my-tho", "file": unit_workbook()})
    expected = re.search(r'name="expected" value="(\d+)"', administrator.get(page).content.decode())
    assert expected is not None
    administrator.send(page, {"apply": "1", "expected": expected[1]})


def invite(administrator: Browser, role: Role, codes: list[str]) -> dict[str, Browser]:
    """Invite one person per unit, who makes an account behind the link."""
    sheet = administrator.client.post("/users/invite/", {"role": role.value, "units": codes})
    by_name = {name.name: code for code in codes if (name := units.named_unit(Unit.objects.get(code=code)))}
    people = {}
    for card in sheet.context["cards"]:
        link = re.search(r"/i/[\w-]+/", card["message"])
        assert link is not None
        code = by_name[card["name"]]
        people[code] = Browser()
        people[code].become(link[0], f"Bí thư {code}", f"{role.value}.{code}".replace("_", "."))
    assert set(people) == set(codes)
    return people


def import_members(secretaries: dict[str, Browser], folder: Path) -> Counter[str]:
    """Import the lists that the demo's units keep; return how many rows of each were left out."""
    city = units.unit_by_code("my-tho")
    assert city is not None
    actor = User.objects.get(username="quantri")
    homes = [DemoUnit(unit, units.branches(unit.unit), actor) for unit in units.children(city)]
    left_out: Counter[str] = Counter()
    for code, path in write_lists(folder, homes, BEGUN).items():
        file = SimpleUploadedFile(path.name, path.read_bytes())
        page = secretaries[code].send("/imports/", {"kind": "members", "unit": code, "file": file})
        work()
        left_out[code] = secretaries[code].get(page).context["job"].rejected_count
        secretaries[code].send(f"{page}apply/", {"skip_rejected": "on"})
        work()
    return left_out


def publish_programme(administrator: Browser) -> Programme:
    """Copy the template to the year, add the committee's own indicator, and publish."""
    template = programme_file.read(PROGRAMMES / "my-tho-2023.toml")
    own = demo_plan().indicators[-1]
    copy = {"title": template.title, "first_day": "01/01/2023", "last_day": "31/12/2023", "then": "add"}
    page = administrator.get(administrator.send("/programmes/new/my-tho-2023/", copy))
    [draft] = ProgrammeDraft.objects.all()
    choices = [choice for _heading, group in page.context["panel"].fields["counts"].choices[1:] for choice in group]
    counts = next(value for value, _title in choices if value.startswith("results.reported"))
    administrator.send(
        f"/programmes/drafts/{draft.pk}/indicators/{page.context['panel_id']}/",
        {
            "do": "save", "version": "0", "counts": counts, "code": own.code, "short_title": own.short_title,
            "title": own.title, "kind": own.kind, "target": str(own.target), "unit_of_count": own.unit_of_count,
            "group": own.group, "basis": own.basis, "why": own.why,
        },
    )  # fmt: skip
    address = f"/programmes/drafts/{draft.pk}/publish/"
    stamp = administrator.get(address).context["form"]["stamp"].value()
    # Thousands of members are counted first, so the worker does it.
    assert administrator.send(address, {"stamp": stamp, "reason": "Chương trình năm 2023"}) == address
    assert "Đang ban hành" in administrator.get(address).content.decode()
    work()
    [programme] = Programme.objects.all()
    assert administrator.client.get(address).url == f"/programmes/{programme.code}/indicators/"
    return programme


def report_and_attest(secretaries: dict[str, Browser], officer: Browser, programme: Programme) -> None:
    indicator = programme.indicators.get(code=results_demo.CODE)
    for code, quantity in CLASSES.items():
        data = {"indicator": str(indicator.pk), "unit": code, "happened_on": "14/01/2023", "quantity": str(quantity)}
        key = secretaries[code].get("/results/new/").context["form"]["key"].value()
        secretaries[code].send("/results/new/", {**data, "text": "Lớp kỹ năng số tại nhà văn hóa.", "key": str(key)})
    rows = officer.get("/results/?view=to-attest").context["rows"]
    officer.send("/results/attest/", {"results": [row["choice"] for row in rows]})


def close_month(secretaries: dict[str, Browser], administrator: Browser, programme: Programme) -> None:
    """Every unit sends January with a word about its branches; the administrator accepts all and closes it."""
    board = f"/programmes/{programme.code}/periods/2023-01/"
    for code, secretary in secretaries.items():
        secretary.send(f"{board}{code}/send/", answers(secretary, f"{board}{code}/"))
    administrator.send(f"{board}many/", {"units": list(secretaries), "board": "my-tho"})
    administrator.send(f"{board}my-tho/close/", answers(administrator, f"{board}my-tho/"))


def answers(browser: Browser, page: str) -> dict[str, str]:
    """An answer to each question of a unit's month."""
    questions = browser.get(page).context["questions"]
    return {question["asked"].field: "Chi đoàn không gửi riêng." for question in questions}


def test_the_demos_city_is_rebuilt_by_browsers_alone(business_day, settings, tmp_path):
    settings.ACCOUNT_RATE_LIMITS = False
    expected = expected_tree()
    business_day(BEGUN)
    administrator = Browser()
    set_up(administrator)
    import_units(administrator)
    # The list names every unit's first day, so the tree is the file's to the last row.
    assert state() == expected

    codes = list(SIZES)
    secretaries = invite(administrator, Role.UNIT_SECRETARY, codes)
    [officer] = invite(administrator, Role.CITY_OFFICER, ["my-tho"]).values()
    left_out = import_members(secretaries, tmp_path)
    by_unit = Counter(
        UnitPath.objects.filter(ancestor__code__in=codes, unit__members__isnull=False).values_list(
            "ancestor__code", flat=True
        )
    )
    assert by_unit == {code: size - left_out[code] for code, size in SIZES.items()}

    programme = publish_programme(administrator)
    assert plan_of(programme) == demo_plan()
    root = units.unit_by_code("my-tho")
    assert root is not None
    business_day(date(2023, 1, 20))
    report_and_attest(secretaries, officer, programme)
    figures = queries.overview(programme, root, date(2023, 1, 20), children=False)
    assert figures.by_code(results_demo.CODE).figure == sum(CLASSES.values())
    assert figures.by_code("vneid2-members").denominator == Member.objects.count()
    assert list(recount()) == []

    business_day(CLOSED)
    close_month(secretaries, administrator, programme)
    work()
    ledger.complete_snapshots()
    assert Period.objects.get(unit=root).state == PeriodState.CLOSED
    assert list(recount()) == []
