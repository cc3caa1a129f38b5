from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CashlessConfig(AppConfig):
    name = "doanso.cashless"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.ports import register_action

        for name, sentence in (
            ("cashless.view", _("looked at shops")),
            ("cashless.check", _("checked a shop")),
            ("cashless.manage", _("followed shops and kept their codes")),
            ("cashless.approve", _("decided on changes of codes")),
            ("cashless.follow", _("began to follow a shop")),
            ("cashless.take_back", _("took back a check of a shop")),
        ):
            register_action(name, sentence, fields={"label": _("place")})
