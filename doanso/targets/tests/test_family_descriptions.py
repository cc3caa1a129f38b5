"""How families describe themselves for the programme editor."""

import pytest

from doanso.ledger import ports
from doanso.targets import programme_file
from doanso.targets.models import MEMBERS, IndicatorKind
from doanso.targets.tests.conftest import FILE

pytestmark = pytest.mark.django_db


def test_every_described_choice_is_one_that_the_family_counts(loaded):
    descriptions = ports.family_descriptions()

    assert {"adoption.state", "members.active", "support.people", "outreach.pair-visits"} <= {
        description.family for description in descriptions
    }
    for description in descriptions:
        family = ports.family(description.family)
        assert set(description.kinds) <= set(IndicatorKind.values)
        assert bool({"share", "rule"} & set(description.kinds)) == bool(description.denominators)
        choices = description.choices()
        assert choices
        for choice in choices:
            own = {description.code_parameter: "any-code"} if description.code_parameter else {}
            family.resolve(own | dict(choice.parameters))
        for denominator in description.denominators:
            assert denominator == MEMBERS or ports.family_description(denominator).denominator_text


def test_the_shipped_programme_consists_of_described_choices(loaded):
    for indicator in programme_file.read(FILE).indicators:
        description = ports.family_description(indicator.family)
        if ports.family(indicator.family) is None:
            continue
        assert indicator.kind in description.kinds
        assert indicator.denominator in (*description.denominators, "")
        assert dict(indicator.parameters) in [dict(choice.parameters) for choice in description.choices()]


def test_a_family_is_described_once():
    description = ports.family_description("members.active")

    with pytest.raises(RuntimeError):
        ports.register_family_description(description)
    assert ports.MEMBERS == MEMBERS
