from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccessConfig(AppConfig):
    name = "doanso.access"

    def ready(self) -> None:
        # Models can be imported only now. Audit, accounts and units are below and cannot register their permissions themselves.
        from doanso.access import (
            checks,  # noqa: F401
            navigation,
        )
        from doanso.access.models import Role
        from doanso.access.ports import register_action
        from doanso.access.queries import unit_of_account
        from doanso.access.search import register_search
        from doanso.access.unit_results import PROVIDER
        from doanso.accounts.ports import register_unit_of_account
        from doanso.lib.navigation import register_navigation

        register_unit_of_account(unit_of_account)
        register_search(PROVIDER)

        roles = {role.value: role.label for role in Role}
        register_action("units.view", _("looked at the unit"))
        register_action("units.load", _("entered the unit at the setup"))
        register_action("audit.view", _("read the history"))
        register_action("audit.export", _("exported the history"))
        register_action("accounts.create", _("made the account"))
        steps = {
            "once": _("once"),
            "five": _("5 times within a day"),
            "twenty": _("20 times within a day"),
            "hundred": _("100 times within a day"),
            "thousand": _("1,000 times within a day"),
        }
        register_action("accounts.sign_in", _("signed in"))
        register_action("accounts.sign_in_failed", _("saw wrong passwords typed for the account"), fields=steps)
        register_action("accounts.sign_in_slowed", _("slowed down sign-in to the account after many wrong tries"))
        register_action("accounts.set_password", _("set a new password"))
        register_action("accounts.issue_code", _("gave out a code for a new password"))
        register_action("accounts.close", _("closed the account"))
        register_action("accounts.erase", _("erased whose account it was"))
        register_action("accounts.open", _("opened the account again"))
        register_action("access.grant", _("gave a role"), fields=roles)
        register_action("access.invite", _("invited somebody, with a link"), fields=roles)
        register_action("access.withdraw_invitation", _("withdrew the invitation"))
        register_action("access.accept_invitation", _("made their account with the invitation"))
        register_action("access.end_role", _("took a role back"), fields=roles)
        register_action("access.reset_password", _("gave out a code for a new password"))
        register_action("access.issue_token", _("made a token for the data interface"))
        register_action("access.revoke_token", _("revoked the token"))
        register_action("access.administer", _("began administration"))
        register_action("access.administration_request", _("opened a page during administration"))
        register_action("access.end_administration", _("ended administration"))
        register_action("access.unmask", _("stated a reason and had personal rows shown"))
        register_action("access.record_key", _("noted a new key of this installation"))
        register_action("access.forget_key", _("struck a key that opens nothing any more"))
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.access import history_objects

        history_objects.register()
