from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PeopleConfig(AppConfig):
    name = "doanso.people"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.imports.ports import register_list_kind
        from doanso.lib.navigation import register_navigation
        from doanso.people import inbox, navigation, search
        from doanso.people.household_list import HouseholdsList

        for name, sentence in (
            ("people.load_consent_text", _("loaded a text of consent")),
            ("people.give_consent", _("wrote down what the person agreed to")),
            ("people.withdraw_consent", _("took back what the person had agreed to")),
            ("people.open_request", _("opened a request of the person")),
            ("people.view", _("looked at people")),
            ("people.record_consent", _("wrote down what the person agreed to")),
            ("people.view_requests", _("looked at requests")),
            ("people.handle_requests", _("looked after a request")),
            ("people.take_request", _("took the request")),
            ("people.extend_request", _("extended the term of the request")),
            ("people.settle_request", _("settled the request")),
            ("people.decline_request", _("declined the request")),
            ("people.copy_out", _("handed out a copy of the person's data")),
            ("people.correct", _("corrected what is known about the person")),
            ("people.erase", _("erased the person who asked for it")),
            ("people.forget", _("forgot the person after the end of the programme")),
            ("people.doubt", _("said that two may be one")),
            ("people.register_door", _("wrote down a home or shop by its street and number")),
            ("people.share_home", _("wrote down who lives together")),
            ("people.settle_duplicates", _("settled a pair that looks like one")),
            ("people.merge", _("merged two into one")),
            ("people.undo_merge", _("took a merge back")),
        ):
            register_action(name, sentence)
        register_list_kind(HouseholdsList())
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.people import history_objects

        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)

        history_objects.register()
