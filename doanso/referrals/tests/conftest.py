import pytest

from doanso.adoption.tests.services import make_services
from doanso.referrals.tests.scene import ReferralScene, make_scene
from doanso.testing import Tree
from tools.fixture_replay import replayed


@pytest.fixture
@replayed
def one_two(tree: Tree) -> ReferralScene:
    """See `Referring`."""
    make_services()
    return make_scene(tree)
