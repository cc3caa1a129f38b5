"""Records in any batches and any number of repetitions give the same people and the same times."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from doanso.ledger.recount import recount
from doanso.support.models import SupportRecord
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY
from tools.selection import examples

NAMES = ("Nguyễn Văn An", "Trần Thị Bình", "Lê Minh Châu")
ONE = st.tuples(
    st.sampled_from(NAMES), st.sampled_from(("portal", "payment")), st.integers(0, 2), st.sampled_from(("p4", "p5"))
)


@pytest.mark.django_db
@settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(ONE, min_size=1, max_size=6), min_size=1, max_size=5))
def test_what_is_sent_again_changes_nothing(ward, lots):
    before = set(SupportRecord.objects.values_list("pk", flat=True))
    recorded = set()
    for lot in lots:
        for unit in ("p4", "p5"):
            unit_entries = [entry for entry in lot if entry[3] == unit]
            recorded |= set(unit_entries)
            if unit_entries:
                ward.support_record(
                    *[
                        record_input(name, service=service, happened_on=TODAY - timedelta(days=ago))
                        for name, service, ago, _unit in unit_entries
                    ],
                    unit=unit,
                )
    recorded_ever = set(SupportRecord.objects.values_list("contact__name", "service", "happened_on", "unit__code"))

    assert len(recorded_ever) == SupportRecord.objects.count()
    assert {(n, s, TODAY - timedelta(days=ago), u) for n, s, ago, u in recorded} <= recorded_ever
    assert before <= set(SupportRecord.objects.values_list("pk", flat=True))
    portal = {name for name, service, _day, _unit in recorded_ever if service == "portal"}
    assert ward.figure() == len(portal)
    assert ward.figure("portal-times") == sum(service == "portal" for _n, service, _d, _u in recorded_ever)
    assert list(recount()) == []
