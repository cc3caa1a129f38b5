from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SetupConfig(AppConfig):
    name = "doanso.setup"

    def ready(self) -> None:
        # Models can be imported only now.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.lib.navigation import register_navigation
        from doanso.setup import inbox, navigation

        register_inbox_kinds(inbox.KINDS)
        register_navigation((), navigation.PAGES)
        register_action("setup.open_trial", _("opened a trial copy with invented data"))
        register_action("setup.remove_trial", _("removed the trial copy"))
        register_action("setup.back_up", _("asked for a backup"))
        register_action("setup.approve_erasure", _("agreed that data kept long enough is erased"))
        register_action("setup.approve_consent_text", _("recorded that the words of consent were approved"))
        register_action("setup.complete", _("set up the installation with this committee"))
