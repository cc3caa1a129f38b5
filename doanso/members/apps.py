from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MembersConfig(AppConfig):
    name = "doanso.members"

    def ready(self) -> None:
        # Models are not loaded before.
        from doanso.access.ports import register_action
        from doanso.access.search import register_search
        from doanso.imports.ports import register_list_kind
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.members import families, navigation, personal, search, sources
        from doanso.members.register_list import MembersList
        from doanso.people.ports import register_personal_records

        for name, sentence in (
            ("members.view", _("looked at members")),
            ("members.admit", _("admitted the member")),
            ("members.change", _("changed what is known about the member")),
            ("members.transfer", _("transferred the member to another branch")),
            ("members.arrive", _("took the member in from another branch")),
            ("members.end", _("ended the membership")),
            ("members.set_absence", _("recorded the member as away")),
            ("members.end_absence", _("recorded the member as back")),
            ("members.take_back_absence", _("took back a day away that was recorded by mistake")),
            ("members.take_back_exemption", _("took back an exemption that was recorded by mistake")),
            ("members.exempt", _("exempted the member from an indicator")),
            ("members.end_exemption", _("ended the member's exemption")),
            ("members.assign_post", _("gave the member an office")),
            ("members.end_post", _("ended the member's office")),
            ("members.take_back_ending", _("took back the end of the membership, recorded by mistake")),
            ("members.take_back_transfer", _("took back the member's transfer, recorded by mistake")),
            ("members.take_back_arrival", _("took back the member's arrival, recorded by mistake")),
            ("members.take_back_post", _("took back an office that was given by mistake")),
            ("members.take_back_post_end", _("took back the end of an office, recorded by mistake")),
            ("members.export", _("exported the list of members")),
        ):
            register_action(name, sentence)
        register_family(families.ActiveFamily())
        register_family_description(families.ACTIVE_DESCRIPTION)
        register_family(families.ExemptFamily())
        register_source_page(families.STAY, sources.stay_lines)
        register_source_page(families.LEAVE, sources.leave_lines)
        register_list_kind(MembersList())
        register_search(search.PROVIDER)
        register_personal_records(
            "members", copy=personal.copy, erase=personal.erase, keeps=personal.persons_in_register
        )
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.members import history_objects

        history_objects.register()
