from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OrganisationConfig(AppConfig):
    name = "doanso.organisation"

    def ready(self) -> None:
        # Models can be imported only now.
        from doanso.access.ports import register_action
        from doanso.lib.navigation import register_navigation
        from doanso.organisation import navigation

        for name, sentence in (
            ("organisation.preview", _("looked at what a change of the organisation would do")),
            ("organisation.change", _("changed the organisation")),
            ("organisation.move", _("put the unit under another one")),
            ("organisation.rename", _("renamed the unit")),
            ("organisation.merge", _("merged the unit with others")),
            ("organisation.split", _("split the unit")),
            ("organisation.end", _("ended the unit")),
            ("organisation.undo", _("took a change of the organisation back")),
        ):
            register_action(name, sentence)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.organisation import history_objects

        history_objects.register()
