"""Stored hashes of support, of values written out here.

The values are those of the release that stored them first. Never update them: a change of what is hashed needs a new
version, and the old one stays for comparison.
"""

from collections.abc import Callable
from datetime import date
from hashlib import sha256
from uuid import UUID, uuid4

import pytest

from doanso.ledger.actions import count_many
from doanso.ledger.models import Fact
from doanso.ledger.recount import recount
from doanso.lib import encryption
from doanso.lib.problems import Refused
from doanso.people.actions import BusinessInput, Particulars
from doanso.support import families, receipt_keys
from doanso.support.actions import Helper, SupportRecordInput
from doanso.support.content import content_hash, is_content
from doanso.support.models import HelperKind, SupportRecord, SupportRecordSource
from doanso.support.rules import recheck_rounds as rechecks
from doanso.support.support_list.reader import receiver_key, record_key
from doanso.support.tests.conftest import Ward, record_input

pytestmark = pytest.mark.usefixtures("known_lookup_key")

ONE, TWO = UUID(int=1), UUID(int=2)
UNIT = UUID("01890000-0000-7000-8000-000000000001")
DAY = date(2023, 11, 12)
LINK, CODE = "x" * 22, "7KQ2M4XD"


BAY = Particulars(
    'Nguyễn Văn "Bảy" O\'Neil',
    gender="male",
    birth_date=date(1951, 2, 3),
    birth_year=1951,
    phone="+84912345678",
    citizen_id="082051001234",
    email="bay@example.vn",
    address="12/3 Lê Lợi",
    neighbourhood_id=UUID(int=5),
    household_id=UUID(int=6),
)
SHOP = BusinessInput(
    "Tạp hóa Năm",
    kind_of_trade="Tạp hóa",
    phone="+84912345678",
    address="12/3 Lê Lợi",
    neighbourhood_id=UUID(int=5),
    owner_id=UUID(int=8),
    house_number="12/3",
    street="Lê Lợi",
    key=UUID(int=9),
)
LAN = Helper("Bùi Thị Lan", "youth", UUID(int=7))
VISITED = SupportRecordInput(
    "portal", DAY, person=BAY, helper=LAN, second=Helper("Trần Văn Út", "official"), source=SupportRecordSource.VISIT
)
HELPS = [
    (
        VISITED,
        "912587e90ac4345911eee48d02b3dead547442731f802e94d81a8cc6cdd99566",
        "b95ab4290692f144c62a6231469d6ea2619c6ca81b5ff033c796fb635b7b4e32",
    ),
    (
        SupportRecordInput(
            "payment",
            date(2023, 1, 2),
            business=SHOP,
            to_business=True,
            helper=Helper("Lan"),
            source=SupportRecordSource.IMPORT,
        ),
        "20341c196aada15bbb8e4d1e5302e04a2c5fde9f24db61f1759e999c48ea6ad8",
        "1feba324e1160c67e55f558cb2a9fe5c46ccaf73c2f73e35632a38e6c3978679",
    ),
    (
        SupportRecordInput("portal", DAY),
        "69e7df7412894f59c88b11a072c688870ac776fdd5e4acb8ecea9c4e45c1e2fb",
        "707c7d6121f762693184fb328b73d10709b03f6b143977f4e0e91efdd6bd0e1f",
    ),
    (
        SupportRecordInput(
            "portal", DAY, person=Particulars("Út"), helper=Helper("Lan"), source=SupportRecordSource.REFERRAL
        ),
        "e7cccd1a8aa64845556c13f0a8dcb6bd4efd392bb0eb41489eff3b7ba89063f3",
        "ef1dd10bb0770f85a6a0f01637278ad326868673ae7c0067f33274960baa076b",
    ),
    (
        # The form's value where nobody chose the second helper's kind.
        SupportRecordInput("portal", DAY, helper=Helper("Lan"), second=Helper("Út", HelperKind.OFFICIAL)),
        "21d6e3bfe89daeacfb01427b8165133dca875595c5c3dbf7101b90252b5cb15a",
        "dd10f5a8d7482c18e87b3d054a344970385136bf35b5bc0624e7112213d38f69",
    ),
]


@pytest.mark.parametrize(("inputs", "first", "now"), HELPS)
def test_the_input_of_a_support_record_is_recognised_again(inputs: SupportRecordInput, first: str, now: str) -> None:
    assert content_hash(UNIT, inputs) == now
    assert is_content(first, UNIT, inputs)
    assert is_content(now, UNIT, inputs)
    for more in ({"service": "vneid"}, {"helper": Helper("Minh")}, {"happened_on": date(2023, 11, 1)}):
        other = inputs._replace(**more)
        assert not is_content(first, UNIT, other)
        assert not is_content(now, UNIT, other)
    assert not is_content(now, TWO, inputs)
    assert not is_content("", UNIT, inputs)


@pytest.mark.django_db
def test_what_an_older_release_has_recorded_is_recognised_when_sent_again(ward: Ward) -> None:
    """Record and fact carry hashes of the first scheme, made as that release made them."""
    inputs = record_input(source_id=uuid4())
    [first] = ward.support_record(inputs)
    person, helper = inputs.person, inputs.helper
    assert person is not None
    written = (
        f"{first.unit_id}|('portal', datetime.date(2023, 11, 12), Particulars(name='{person.name}', gender='', birth_date=None, "
        f"birth_year=1951, phone='{person.phone}', citizen_id='', email='', address='', neighbourhood_id=None, "
        f"household_id=None), None, False, Helper(name='{helper.name}', kind='youth', member_id=None), None, HelpSource.OFFICE)"
    )
    SupportRecord.objects.update(content_hash=encryption.look_up(written, context="support.help.content"))
    for fact in Fact.objects.select_related("subject"):
        parts = (fact.subject.ref, fact.level, fact.unit_id, fact.happened_on, fact.arrived_on, fact.grade)
        fact.content_hash = sha256("|".join(map(str, parts)).encode()).hexdigest()
        fact.save(update_fields=["content_hash"])

    [again] = ward.support_record(inputs)
    count_many([families.fact_of(first)])

    assert again.pk == first.pk
    assert (SupportRecord.objects.count(), ward.figure()) == (1, 1)
    with pytest.raises(Refused) as refused:
        ward.support_record(inputs._replace(service="payment"))
    assert refused.value.problem.code == "source_conflict"
    with pytest.raises(Refused) as refused:
        count_many([families.fact_of(first)._replace(grade=2)])
    assert refused.value.problem.code == "source-conflict"
    assert list(recount()) == []


def _listed() -> str:
    return rechecks.write_list([(TWO, UUID(int=9)), (ONE, UUID(int=9))])


_PERSON = {
    "to": "person",
    "name": "Nguyễn Văn Bảy",
    "birth": "1951",
    "phone": "+84912345678",
    "place": "KP1",
    "address": "12 Lê Lợi",
}


@pytest.mark.parametrize(
    ("stored", "now"),
    [
        (
            "1d9de97e1ac8c57d6bc01fee6a7fe4f7f97497cbfc60f84a8bb8bcc7d463b7e4",
            lambda: rechecks.list_hash(_listed()),
        ),
        (
            "54365eb87da3123f1527930a6b0fe48a50166b9e75b1c46bc33749c3ac88eb02",
            lambda: record_key(ONE, receiver_key(_PERSON), "portal", "2023-11-12"),
        ),
        (
            "02e61de8e7005515bb264757b9b131e20839d351daec00610ddc9833cf7ef9e3",
            lambda: record_key(
                ONE, receiver_key({"to": "unnamed", "helper": ["Lan", "youth"], "nth": 2}), "portal", "2023-11-12"
            ),
        ),
        ("6d3c156dedf34dcecb7b660e580cbf3e4e57c246f9cd0278ea19a4b33b790cb6", lambda: receipt_keys.link_lookup(LINK)),
        (
            "4e74ada9b30805a8bd203c7384067514742a04402b60436b53719351573bdec1",
            lambda: receipt_keys.code_lookup(CODE, 1951),
        ),
    ],
)
def test_what_is_kept_is_found_again(stored: str, now: Callable[[], str]) -> None:
    assert now() == stored


def test_the_draw_of_a_call_back_can_be_repeated() -> None:
    """Anybody can repeat it with the published list and seed."""
    assert _listed() == f"{ONE} 1\n{TWO} 1\n"
    assert rechecks.draw_receivers(seed="00", listed=_listed(), size=2) == [ONE]
