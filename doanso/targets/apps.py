from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TargetsConfig(AppConfig):
    name = "doanso.targets"

    def ready(self) -> None:
        # The registry's own module imports models.
        from doanso.access.ports import register_verb
        from doanso.members.ports import register_indicator_titles
        from doanso.targets.queries import indicator_titles

        register_verb("targets.view", _("looked at targets"))
        register_verb("targets.load", _("loaded the programme"))
        register_indicator_titles(indicator_titles)
