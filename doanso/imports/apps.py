from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ImportsConfig(AppConfig):
    name = "doanso.imports"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.imports import inbox, navigation
        from doanso.lib.navigation import register_navigation

        for name, sentence in (
            ("imports.run", _("imported a list")),
            ("imports.start", _("chose a file to import")),
            ("imports.confirm", _("confirmed the comparison")),
            ("imports.apply", _("finished writing the list")),
            ("imports.answer", _("answered questions of the comparison")),
            ("imports.columns", _("said which column is which")),
            ("imports.cancel", _("threw the comparison away")),
            ("imports.forget", _("destroyed the file because somebody in it was erased")),
        ):
            register_action(name, sentence)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.imports import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
