from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class SupportConfig(AppConfig):
    name = "doanso.support"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, register_waiting
        from doanso.access.search import register_search
        from doanso.imports.ports import register_list_kind
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.members.ports import participation_panels
        from doanso.people.ports import register_personal_records
        from doanso.support import families, inbox, navigation, panels, personal, search, sources
        from doanso.support.records.stand_turns import StandTurnKind
        from doanso.support.support_list import SupportsList
        from doanso.sync.ports import register_record_kind

        fields = {
            "service": _("service"),
            "happened_on": _("day"),
            "helper_name": _("helper"),
            "second_helper_name": _("second helper"),
            "closed_at": _("end"),
            "place": pgettext_lazy("stand", "place"),
            "services": pgettext_lazy("stand", "services"),
            "planned": _("people expected"),
            "link_until": _("end of the code"),
            "dropped": _("an entry was deleted"),
            "known": _("somebody had been recorded already"),
            "undone": _("a record was taken back"),
            "late": _("a phone sent what it recorded before the end"),
        }
        for name, sentence in (
            ("support.view", _("looked at help given")),
            ("support.record", _("recorded a help")),
            ("support.correct", _("corrected a help")),
            ("support.take_back", _("took back a help")),
            ("support.confirm", _("confirmed the receipt")),
            ("support.dispute", _("disputed the receipt")),
            ("support.remark", _("said that something on the receipt is wrong")),
            ("support.decide", _("decided about a dispute")),
            ("support.look_at", _("looked at a flagged confirmation")),
            ("support.settle_remark", _("settled what was wrong on a receipt")),
            ("support.open_round", _("stored the list and the seed of a re-check")),
            ("support.draw_round", _("drew the sample of a re-check")),
            ("support.show_recheck", _("opened name and number to call back")),
            ("support.not_reached", _("called back and reached nobody")),
            ("support.recheck", _("wrote down the answer of a call-back")),
            ("support.print_receipt", _("opened the receipt to print it")),
            ("support.open_stand", _("opened a stand")),
            ("support.keep_stand", _("changed the list of a stand")),
            ("support.enter_at_stand", _("entered their name in the list of a stand")),
            ("support.change_stand", _("changed a stand")),
            ("support.close_stand", _("ended a stand")),
        ):
            register_action(name, sentence, fields=fields)
        register_family(families.PeopleFamily())
        register_family(families.BusinessesFamily())
        for description in families.DESCRIPTIONS:
            register_family_description(description)
        register_list_kind(SupportsList())
        register_record_kind(StandTurnKind())
        register_search(search.PROVIDER)
        register_source_page(families.HELP, sources.help_lines)
        register_waiting("support.disputes", 30, panels.waiting_disputes)
        participation_panels.register("support.given", "side", 20, panels.records_given)
        register_personal_records("support", copy=personal.copy, erase=personal.erase)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.support import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
