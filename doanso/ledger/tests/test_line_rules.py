"""The line of claims against a plain list of who stood in it first."""

from datetime import date, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from doanso.ledger import rules
from doanso.ledger.models import MeasureKind
from doanso.ledger.rules import MeasureTerms, PlacementSpan, StatedFact, SubjectFacts

FIRST = date(2023, 1, 1)
TERMS = MeasureTerms("residents", MeasureKind.HELPED, "helped", "portal", 0, 2, FIRST, FIRST + timedelta(days=30))
UNITS = [UUID(int=number) for number in range(3)]
MEMBER_FROM, MEMBER_UNTIL = FIRST + timedelta(days=10), FIRST + timedelta(days=15)

claims = st.integers(0, 5)
events = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), claims, st.integers(-3, 34), st.integers(0, 4)),
        st.tuples(st.just("grade"), claims, st.integers(0, 4)),
        st.tuples(st.just("stands"), claims, st.booleans()),
    ),
    max_size=25,
)


@given(events, st.booleans())
def test_the_first_claim_that_still_stands_holds_and_the_others_wait(steps, is_member):
    record = SubjectFacts()
    if is_member:
        record.placements.append(
            PlacementSpan(0, UNITS[0], MEMBER_FROM, MEMBER_UNTIL, MEMBER_FROM, ("stay", UUID(int=0)))
        )
    stated_facts: dict[int, StatedFact] = {}
    absent: set[int] = set()
    line: list[int] = []
    reached: dict[tuple[str, UUID], int] = {}
    for event, number, *values in steps:
        source = ("help", UUID(int=number))
        if event == "tell" and number not in stated_facts:
            day = FIRST + timedelta(days=values[0])
            stated_facts[number] = StatedFact(len(stated_facts), 0, UNITS[number % 3], day, day, values[1], source)
        elif event == "grade" and number in stated_facts:
            stated_facts[number] = stated_facts[number]._replace(grade=values[0])
        elif event == "stands":
            (absent.discard if values[0] else absent.add)(number)
        record.facts["helped", "portal"] = [fact for key, fact in stated_facts.items() if key not in absent]
        booked_crossings = rules.crossings(TERMS, record, lambda _unit, day: day, reached.get)
        for crossing in booked_crossings:
            reached.setdefault((crossing.source_kind, crossing.source_id), len(reached))

        def valid(key: int) -> bool:
            fact = stated_facts[key]
            inside = FIRST <= fact.happened_on <= TERMS.last_day
            member = is_member and MEMBER_FROM <= fact.happened_on < MEMBER_UNTIL
            return key not in absent and fact.grade >= 2 and inside and not member

        line += [
            key for key in sorted(stated_facts, key=lambda key: stated_facts[key].seq) if key not in line and valid(key)
        ]
        posted_keys = [key for key in line if valid(key)]
        assert [crossing.source_id for crossing in booked_crossings] == [UUID(int=key) for key in posted_keys]
        assert [crossing.amount for crossing in booked_crossings] == [1, 0, 0, 0, 0, 0][: len(posted_keys)]
