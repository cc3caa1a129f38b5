from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ResultsConfig(AppConfig):
    name = "doanso.results"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.results import families, history_objects, inbox, navigation, panels, search, sources
        from doanso.targets.ports import indicator_panels

        fields = {
            "happened_on": _("day it happened"),
            "quantity": _("quantity"),
            "text": _("what was done"),
            "files": _("files"),
        }
        for name, sentence in (
            ("results.view", _("looked at results")),
            ("results.record", _("reported results")),
            ("results.attest", _("confirmed results")),
            ("results.report", _("reported a result")),
            ("results.correct", _("corrected a result")),
            ("results.confirm", _("confirmed a result")),
            ("results.return", _("sent a result back")),
            ("results.withdraw", _("withdrew a result")),
            ("results.erase_file", _("erased a file of a result")),
        ):
            register_action(name, sentence, fields=fields)
        register_family(families.ReportedFamily())
        register_family_description(families.DESCRIPTION)
        register_source_page(families.RESULT, sources.result_lines)
        register_navigation(navigation.TABS, navigation.PAGES)
        indicator_panels.register("results.report", "actions", 10, panels.report_button)
        indicator_panels.register("results.reported", "side", 10, panels.reported_results)
        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)
        history_objects.register()
