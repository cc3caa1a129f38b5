"""Real moments are shown by filters of their own, in the files that are listed with their reasons, and the walk knows them.

That no other page of the demo shows the real day is shown by the walk in `test_every_object`.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.template import Context, Template

from doanso.home.tests.shown_days import REAL, shows_one_of
from doanso.lib import clock, formats

_FILTER = re.compile(r"\|vi_real_(?:day|datetime)\b|\bformats\.real_(?:day|moment)\(")


def test_what_is_real_in_a_demo_too_is_listed_with_its_reason() -> None:
    product = settings.ROOT / "doanso"
    files = [*product.rglob("*.html"), *product.rglob("*.py")]
    own = {product / "lib/formats.py", product / "lib/templatetags/ds.py"}
    texts = {path: path.read_text() for path in files if "tests" not in path.parts and path not in own}
    assert {str(path.relative_to(product)) for path, text in texts.items() if _FILTER.search(text)} == REAL.keys()


def test_the_walk_knows_a_real_moment_from_a_day_outside_the_demo() -> None:
    moment = clock.now() - timedelta(days=1)
    day = clock.local(moment).date()
    template = Template("<p>{{ at|vi_real_day }}, {{ at|vi_real_datetime }}, {{ at|vi_datetime }}</p>")
    text = template.render(Context({"at": moment}))

    assert text.count(formats.day(day)) == 2
    assert shows_one_of([day], text) is False
    assert shows_one_of([day], f"<p>{formats.day(day)}</p>") is True
    assert shows_one_of([day], f'<input value="{day.isoformat()}">') is True
    # On the business calendar the same moment is yesterday.
    assert formats.day(clock.today() - timedelta(days=1)) in text
