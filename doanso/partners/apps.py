from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartnersConfig(AppConfig):
    name = "doanso.partners"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.lib.navigation import register_navigation
        from doanso.partners import history_objects, inbox, navigation, notices, search
        from doanso.partners.field_words import FIELDS

        for name, sentence in (
            ("partners.view", _("looked at partners")),
            ("partners.manage", _("kept partners")),
            ("partners.create", _("entered a partner")),
            ("partners.change", _("changed a partner")),
            ("partners.end", _("ended the work with a partner")),
            ("partners.resume", _("took the work with a partner up again")),
            ("partners.export", _("downloaded the list of partners")),
            ("partners.add_contact", _("added a contact of a partner")),
            ("partners.change_contact", _("changed a contact of a partner")),
            ("partners.end_contact", _("wrote down that somebody is no longer a partner's contact")),
            ("partners.remove_contact", _("removed a contact of a partner for good")),
            ("partners.add_agreement", _("entered an agreement with a partner")),
            ("partners.change_agreement", _("changed an agreement with a partner")),
            ("partners.renew_agreement", _("renewed an agreement with a partner")),
            ("partners.end_agreement", _("ended an agreement with a partner")),
            ("partners.resume_agreement", _("undid the end of an agreement with a partner")),
            ("partners.erase_file", _("erased the file of an agreement")),
            ("partners.add_undertaking", _("wrote down what a partner undertakes")),
            ("partners.change_undertaking", _("changed what a partner undertakes")),
            ("partners.settle_undertaking", _("wrote down what became of an undertaking of a partner")),
            ("partners.reopen_undertaking", _("took an undertaking of a partner up again")),
        ):
            register_action(name, sentence, fields=FIELDS)
        register_navigation(navigation.TABS, navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)
        history_objects.register()
        notices.register()
