"""The worker deletes sign-ins whose time is over."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from doanso.accounts.actions import forget_expired_sessions
from doanso.lib import clock


@pytest.mark.django_db
def test_only_sessions_whose_time_is_over_are_deleted():
    for name, days in (("over", -1), ("valid", 1)):
        Session.objects.create(session_key=name, session_data="", expire_date=clock.now() + timedelta(days=days))

    assert forget_expired_sessions() == 1
    assert list(Session.objects.values_list("session_key", flat=True)) == ["valid"]
