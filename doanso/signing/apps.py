from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SigningConfig(AppConfig):
    name = "doanso.signing"

    def ready(self) -> None:
        # Models can be imported only now.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.lib.navigation import register_navigation
        from doanso.signing import inbox, navigation
        from doanso.signing.actions.trials import TRIAL, keep_trial
        from doanso.signing.ports import register_owner

        for name, sentence in (
            ("signing.view", _("read certificates")),
            ("signing.keep", _("looked after certificates")),
            ("signing.seal", _("signed in a unit's name")),
            ("signing.trust", _("decided which authorities are trusted")),
            ("signing.add_authority", _("put an authority among those that are trusted")),
            ("signing.load_list", _("loaded a list of certificates called back")),
            ("signing.end_authority", _("ended the trust in an authority")),
            ("signing.begin", _("began a signature")),
            ("signing.sign", _("signed a file")),
            ("signing.cancel", _("gave a signature up")),
            ("signing.add_certificate", _("put a certificate into use")),
            ("signing.confirm_certificate", _("confirmed that a certificate of another name is the right one")),
            ("signing.try_certificate", _("showed by a trial signature that a certificate's tool fits")),
            ("signing.set_image", _("set the image of a signature")),
            ("signing.end_certificate", _("took a certificate out of use")),
            ("signing.reserve_code", _("reserved a verification code")),
            ("signing.publish", _("put a signed file up for verification")),
            ("signing.recall_file", _("said that a signed file no longer holds")),
            ("signing.replace_file", _("said which signed file holds instead")),
        ):
            register_action(name, sentence, fields={})
        register_navigation(navigation.TABS, navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
        register_owner(TRIAL, keep_trial)
        from doanso.signing import history_objects

        history_objects.register()
