from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "doanso.reports"

    def ready(self) -> None:
        # The registry's own module imports models.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, unit_panels
        from doanso.documents.ports import register_printer
        from doanso.lib.navigation import register_navigation
        from doanso.people.ports import register_personal_records
        from doanso.reports import inbox, navigation, panels, period_words
        from doanso.reports.actions.documents import print_for_signer
        from doanso.reports.actions.unit_exports import drop_unit_exports
        from doanso.reports.sources import REPORT

        for name, sentence in (
            ("reports.view", _("looked at periods and reports")),
            ("reports.send", _("sent the month")),
            ("reports.decide", _("decided about the month")),
            ("reports.return", _("returned the month")),
            ("reports.accept", _("accepted the month")),
            ("reports.close", _("closed the month")),
            ("reports.close_late", _("closed the month with the unit above")),
            ("reports.estimate", _("told an estimate without records")),
            ("reports.drop_estimate", _("took an estimate back")),
            ("reports.explain", _("answered a question about the month")),
            ("reports.write", _("wrote the report")),
            ("reports.start", _("began the report")),
            ("reports.freeze", _("froze the report")),
            ("reports.discard", _("threw the draft of a report away")),
            ("reports.ask_rendering", _("asked for a file of the report")),
            # Letterheads belong to `documents` now; audit events recorded here before are still displayed.
            ("reports.set_letterhead", _("set the letterhead")),
            ("reports.make_document", _("made a document of a report")),
            ("reports.keep_layouts", _("kept Excel layouts")),
            ("reports.keep_layout", _("kept an Excel layout")),
            ("reports.end_layout", _("ended the Excel layout")),
            ("reports.ask_unit_export", _("asked for an archive of the unit's data")),
            ("reports.fetch_unit_export", _("downloaded an archive of the unit's data")),
        ):
            register_action(name, sentence)
        register_action(
            "reports.export_unit",
            _("made an archive of the unit's data"),
            fields={
                "doan-vien": _("members"),
                "tien-ich-so": _("use of services"),
                "luot-giup": _("support records"),
                "luot-den-nha": _("visits"),
                "lan-toa": _("1+2"),
                "viec-duoc-giao": _("assignments"),
                "chi-tieu": _("targets with figures"),
                "so-van-ban": _("register of documents"),
                "ket-qua": _("results that units reported"),
            },
        )
        period_words.register()
        unit_panels.register("reports.export", "actions", 10, panels.unit_export)
        # Archives are copies of what the other apps keep: nothing to copy out, and dropped whenever somebody is erased.
        register_personal_records("reports", copy=lambda _person_ids: (), erase=drop_unit_exports)
        register_printer(REPORT, print_for_signer)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.reports import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
