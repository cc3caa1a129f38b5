from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "doanso.outreach"

    def ready(self) -> None:
        # Models are there only now.
        from doanso.access.ports import register_verb

        fields: dict[str, object] = {}
        for name, sentence in (
            ("outreach.view", _("looked at visits")),
            ("outreach.record", _("recorded a visit")),
            ("outreach.manage", _("said who goes where")),
            ("outreach.refer", _("guided a friend or relative")),
        ):
            register_verb(name, sentence, fields=fields)
