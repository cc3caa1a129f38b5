from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutreachConfig(AppConfig):
    name = "doanso.outreach"

    def ready(self) -> None:
        # Models are there only now.
        from doanso.access.ports import register_verb
        from doanso.outreach import sources
        from doanso.outreach.families import visits
        from doanso.tally.ports import register_family, register_source_page

        fields: dict[str, str] = {}
        for name, sentence in (
            ("outreach.view", _("looked at visits")),
            ("outreach.record", _("recorded a visit")),
            ("outreach.manage", _("said who goes where")),
            ("outreach.refer", _("guided a friend or relative")),
        ):
            register_verb(name, sentence, fields=fields)
        register_family(visits.VisitsFamily())
        register_family(visits.PairVisitsFamily())
        for kind in (visits.VISIT, visits.PAIR):
            register_source_page(kind, sources.visit_lines)
