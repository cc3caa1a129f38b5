from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "doanso.partners"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.ports import register_action

        for name, sentence in (
            ("partners.view", _("looked at partners")),
            ("partners.manage", _("kept partners")),
        ):
            register_action(name, sentence)
