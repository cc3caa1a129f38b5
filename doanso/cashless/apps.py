from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CashlessConfig(AppConfig):
    name = "doanso.cashless"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.cashless import history_objects, inbox, navigation, notices, personal, search
        from doanso.cashless.queries.pack import shops_part
        from doanso.cashless.receipt_part import ChangedCodes
        from doanso.cashless.records.checks import CheckKind
        from doanso.lib.navigation import register_navigation
        from doanso.outreach.ports import register_pack_part
        from doanso.people.ports import ErasureLock, register_personal_records
        from doanso.support.ports import register_receipt_part
        from doanso.sync.ports import register_record_kind

        for name, sentence in (
            ("cashless.view", _("looked at shops")),
            ("cashless.manage", _("followed shops and kept their codes")),
            ("cashless.approve", _("decided on changes of payment codes")),
            ("cashless.follow", _("began to follow a shop")),
            ("cashless.check", _("checked a shop")),
            ("cashless.take_back", _("took back a check of a shop")),
            ("cashless.register_code", _("registered a payment code")),
            ("cashless.end_code", _("erased a payment code")),
            ("cashless.request_change", _("asked for a change of a payment code")),
            ("cashless.approve_change", _("approved a change of a payment code")),
            ("cashless.refuse_change", _("refused a change of a payment code")),
            ("cashless.withdraw_change", _("withdrew a change of a payment code")),
            ("cashless.stop_change", _("stopped a change of a payment code")),
            ("cashless.raise_alarm", _("saw a foreign payment code")),
            ("cashless.add_photo", _("added a photo to an alarm about a payment code")),
            ("cashless.erase_photo", _("erased a photo of an alarm about a payment code")),
            ("cashless.settle_alarm", _("settled an alarm about a payment code")),
            ("cashless.export", _("downloaded the list of shops")),
            ("cashless.print_poster", _("printed a payment code")),
        ):
            register_action(name, sentence, fields={"label": _("place"), "outcome": _("outcome")})
        register_record_kind(CheckKind())
        register_pack_part("shops", shops_part)
        register_personal_records(
            "cashless",
            copy=personal.copy,
            erase=personal.erase,
            lock=ErasureLock("rows of cashless.shop", personal.lock_owned),
        )
        register_receipt_part("cashless.change", ChangedCodes())
        register_navigation(pages=navigation.PAGES)
        register_inbox_kinds(inbox.KINDS)
        register_search(search.PROVIDER)
        notices.register()
        history_objects.register()
