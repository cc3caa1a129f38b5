from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "doanso.notices"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.lib.navigation import register_navigation
        from doanso.notices import inbox, navigation

        register_navigation(navigation.TABS, navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
