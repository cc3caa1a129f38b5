from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ReferralsConfig(AppConfig):
    name = "doanso.referrals"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.ports import register_action
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.members.ports import participation_panels
        from doanso.people.ports import ErasureLock, register_personal_records
        from doanso.referrals import families, navigation, panels, personal, sources
        from doanso.referrals.actions import lock_slots, on_identity_change, update_slots
        from doanso.support.models import SupportRecordSource
        from doanso.support.ports import register_wrapper

        for name, sentence in (
            ("outreach.refer", _("guided a friend or relative")),
            ("outreach.open_slot", _("handed over a place of 1+2")),
            ("outreach.bring", _("wrote down whom the member guided")),
            ("outreach.accept", _("accepted an invitation of 1+2")),
        ):
            register_action(name, sentence)
        register_family(families.ReferredTwoFamily())
        register_family_description(families.DESCRIPTION)
        register_source_page(families.REFERRAL, sources.referral_lines)
        participation_panels.register("referrals.slots", "main", 10, panels.member_slots)
        register_personal_records(
            "referrals",
            copy=personal.copy,
            erase=personal.erase,
            lock=ErasureLock("referrals.slots", personal.lock),
            on_identity_change=on_identity_change,
        )
        # A slot may wrap a support record of any source: the branch or a visit may have made it before.
        for source in SupportRecordSource:
            register_wrapper(source, update_slots, lock=lock_slots)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.referrals import history_objects

        history_objects.register()
