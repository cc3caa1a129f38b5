"""The pages of history: who did what to which object, filtered, with a link where the reader may open it."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.access.ports import action_heading, object_kinds
from doanso.access.queries import PAGE
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.members.actions import Admission, admit_many
from doanso.people.actions import Particulars

pytestmark = pytest.mark.django_db


@pytest.fixture
def duc(tree):
    particulars = Particulars(name="Nguyễn Hoàng Đức", birth_year=2003)
    entry = Admission(branch=tree.units["p4-kp1"], particulars=particulars, since=clock.today())
    return admit_many(actor=tree.an, entries=[entry])[0]


def lines(client, **query):
    answer = client.get("/history/", query)
    assert answer.status_code == 200
    return [
        (line.actor_name, line.sentence, line.link.title if line.link else line.kind)
        for line in answer.context["lines"]
    ]


def test_a_line_says_who_did_what_to_which_object_with_its_page(tree, as_user, duc):
    client = as_user(tree.an)
    answer = client.get("/history/", {"kind": "members.member"})
    (line,) = answer.context["lines"]

    assert (line.actor_name, line.actor_role) == (tree.an.display_name, "Bí thư cơ sở Đoàn, Phường 4")
    assert (line.sentence, line.kind) == ("Thêm đoàn viên", "Đoàn viên")
    assert (line.link.title, line.link.url) == ("Nguyễn Hoàng Đức", f"/members/{duc.pk}/")
    page = answer.content.decode()
    assert f'href="/members/{duc.pk}/"' in page
    assert "members.admit" not in page.split('id="list"')[1]
    assert client.get(line.link.url).status_code == 200


@pytest.mark.parametrize(
    ("note", "name"),
    [("người dân", "Người dân"), ("người được giúp", "Người được giúp"), ("link", "Người mở đường dẫn")],
)
def test_who_was_not_signed_in_is_named_in_words(tree, as_user, note, name):
    record(actor=None, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"], note=note)
    assert [line[0] for line in lines(as_user(tree.an))] == [name]


def test_an_object_that_the_reader_may_not_open_has_no_link(tree, as_user, duc):
    AuditEvent.objects.update(unit_id=tree.units["p5"].pk)
    assert lines(as_user(tree.chi), kind="members.member") == [(tree.an.display_name, "Thêm đoàn viên", "Đoàn viên")]
    assert lines(as_user(tree.an), kind="members.member") == []


def test_an_inspector_reads_initials(tree, as_user, duc):
    assert [line[2] for line in lines(as_user(tree.hanh), kind="members.member")] == ["N. H. Đ."]


def test_it_is_narrowed_by_person_kind_action_and_days(tree, as_user, duc):
    record(actor=tree.giang, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    client = as_user(tree.an)
    loaded = (tree.giang.display_name, action_heading("units.load"), "Phường 4")
    admitted = (tree.an.display_name, "Thêm đoàn viên", "Nguyễn Hoàng Đức")

    assert lines(client, q=tree.giang.display_name.split()[-1].lower()) == [loaded]
    assert lines(client, q="không có ai") == []
    assert lines(client, kind="units.unit") == [loaded]
    assert admitted in lines(client, action="members.admit")
    assert loaded not in lines(client, action="members.admit")
    today, tomorrow = clock.local(clock.now()).date(), clock.local(clock.now()).date() + timedelta(days=1)
    assert loaded in lines(client, since=f"{today:%d/%m/%Y}", until=f"{today:%d/%m/%Y}")
    assert lines(client, since=f"{tomorrow:%d/%m/%Y}") == []
    # What cannot be read filters nothing.
    assert loaded in lines(client, since="ngày mai", kind="no.such", before="x")
    page = client.get("/history/?since=32/13/2023").content.decode()
    assert "data-more-filters open>" in page
    assert "Có ô lọc chưa đọc được nên bỏ qua." in page
    assert "data-more-filters>" in client.get("/history/?since=31/12/2023").content.decode()
    assert "Không có mục nào đúng bộ lọc." in client.get("/history/?q=zzz").content.decode()


def test_the_same_action_in_a_row_is_one_line(tree, as_user):
    for _time in range(3):
        record(actor=tree.giang, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    answer = as_user(tree.an).get("/history/")

    assert [line.times for line in answer.context["lines"]] == [3]
    assert "3 lần" in answer.content.decode()


def test_pages_go_on_by_number_and_keep_the_filter(tree, as_user):
    record_many(
        AuditEventInput(tree.giang, "units.load", tree.units[code], tree.units[code])
        for _number in range(PAGE)
        for code in ("p4-kp1", "p4-kp2")
    )
    record(actor=None, action="units.load", obj=tree.units["p5"], unit=tree.units["p5"])
    record(actor=None, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"], note="load-units")
    client = as_user(tree.an)

    first = client.get("/history/?kind=units.unit")
    second = client.get(f"/history/{first.context['pages']['next']}")
    assert [len(page.context["lines"]) for page in (first, second)] == [PAGE, PAGE]
    assert first.context["lines"][0].actor_name == "Lệnh trên máy chủ"
    assert first.context["pages"]["previous"] == ""
    assert second.context["pages"]["previous"] == "?kind=units.unit"
    last = client.get(f"/history/{second.context['pages']['next']}")
    assert (len(last.context["lines"]), last.context["pages"]["next"]) == (1, "")


def test_the_history_of_one_object_names_it(tree, as_user):
    record(actor=tree.giang, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    client = as_user(tree.an)
    answer = client.get(f"/history/units.unit/{tree.units['p4'].pk}/")

    assert [line.actor_name for line in answer.context["lines"]] == [tree.giang.display_name]
    assert "<h1>Đơn vị: Phường 4</h1>" in answer.content.decode()
    assert 'href="/units/p4/"' in answer.content.decode()
    assert client.get(f"/history/units.unit/{tree.units['p5'].pk}/").status_code == 404
    assert client.get(f"/history/units.nothing/{tree.units['p4'].pk}/").status_code == 404


def test_an_objects_own_page_leads_to_all_of_its_history(tree, as_user):
    client = as_user(tree.an)
    address = f"/history/units.unit/{tree.units['p4'].pk}/"
    assert address not in client.get("/units/p4/").content.decode()
    for _time in range(11):
        record(actor=tree.giang, action="units.load", obj=tree.units["p4"], unit=tree.units["p4"])
    assert f'href="{address}"' in client.get("/units/p4/").content.decode()


def test_it_asks_the_same_however_many_lines_there_are(tree, as_user):
    client = as_user(tree.an)
    costs = []
    for codes in (["p4"], ["p4-kp1", "p4-kp2", "p4", "p4-kp1"]):
        for code in codes:
            record(actor=tree.giang, action="units.load", obj=tree.units[code], unit=tree.units[code])
        with CaptureQueriesContext(connection) as seen:
            client.get("/history/")
        costs.append(len(seen))

    assert costs[0] == costs[1]
    assert costs[0] <= 12


def test_an_action_without_words_shows_no_code(tree, as_user):
    AuditEvent.objects.create(
        at=datetime(2023, 11, 12, tzinfo=UTC), action="old.action", object_kind="old.kind",
        object_id=tree.units["p4"].pk, unit_id=tree.units["p4"].pk, hash="x" * 64,
    )  # fmt: skip
    client = as_user(tree.an)
    (line,) = lines(client)
    assert line == ("Hệ thống", "Làm một việc mà phiên bản này chưa có lời mô tả", "Mục khác")
    assert "old." not in client.get("/history/").content.decode()


def test_who_reads_no_history_has_no_such_page(tree, as_user):
    assert as_user(tree.khoa).get("/history/").status_code == 404


def test_every_kind_has_a_name_of_its_own():
    labels = [str(kind.label) for kind in object_kinds().values()]
    assert len(labels) == len(set(labels))
    assert all(label[0].isupper() for label in labels)


def test_a_consent_leads_to_the_person_in_the_directory_for_whom_may_open_it(tree, as_user, duc):
    record(actor=tree.an, action="people.give_consent", obj=duc.person, unit=tree.units["p4"])
    (line,) = as_user(tree.an).get("/history/", {"kind": "people.person"}).context["lines"][:1]
    assert (line.link.title, line.link.url) == ("Nguyễn Hoàng Đức", f"/people/{duc.contact_id}/")
    assert as_user(tree.an).get(line.link.url).status_code == 200
    # A branch's secretary has no directory.
    AuditEvent.objects.update(unit_id=tree.units["p4-kp1"].pk)
    (line,) = as_user(tree.binh).get("/history/", {"kind": "people.person"}).context["lines"][:1]
    assert (line.kind, line.link) == ("Người", None)


def test_what_is_never_recorded_is_no_choice(tree, as_user):
    form = as_user(tree.an).get("/history/").context["form"]
    names = {name for name, _label in form.fields["action"].choices}
    assert "members.admit" in names
    assert not {name for name in names if name.endswith(".view")}
