from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SyncConfig(AppConfig):
    name = "doanso.sync"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, register_waiting
        from doanso.lib.navigation import register_navigation
        from doanso.sync import inbox, navigation, panels

        for name, sentence in (
            ("sync.bring", _("sent records by phone")),
            ("sync.register_device", _("took a phone into service")),
            ("sync.revoke_device", _("took a phone out of service")),
            ("sync.reinstate_device", _("reinstated a phone that was out of service")),
            ("sync.reinstate_devices", _("reinstated phones")),
            ("sync.decide", _("settled a record of a phone")),
            ("sync.manage_devices", _("looked after a phone")),
            ("sync.take_version", _("took in a record that waited")),
            ("sync.leave_version", _("left out a record that waited")),
            ("sync.deliver", _("handed in a phone's backup")),
            ("sync.add_photo", _("added a photo to a visit")),
        ):
            register_action(name, sentence, fields={})
        register_navigation(navigation.TABS, navigation.PAGES)
        register_waiting("sync.records", 10, panels.waiting_records)
        from doanso.sync import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
