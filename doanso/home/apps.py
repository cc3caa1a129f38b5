from django.apps import AppConfig
from django.conf import settings


class HomeConfig(AppConfig):
    name = "doanso.home"

    def ready(self) -> None:
        """Record the order of locks, in development only."""
        from doanso.home import (
            checks,  # noqa: F401
            navigation,
        )
        from doanso.lib.navigation import register_navigation

        register_navigation(navigation.TABS, navigation.PAGES)
        if settings.DEBUG:
            from doanso.lib.database import lock_order
            from doanso.lock_order import ORDER

            lock_order.watch(ORDER)
