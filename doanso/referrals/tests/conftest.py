import pytest

from doanso.adoption.tests.services import make_services
from doanso.referrals.tests.referring import Referring, refer
from doanso.testing import Tree


@pytest.fixture
def one_two(tree: Tree) -> Referring:
    """See `Referring`."""
    make_services()
    return refer(tree)
