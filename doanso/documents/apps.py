from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class DocumentsConfig(AppConfig):
    name = "doanso.documents"

    def ready(self) -> None:
        # The registries' modules import models, which are not loaded before.
        from doanso.access.inbox import register_inbox_kinds
        from doanso.access.ports import register_action, unit_panels
        from doanso.access.search import register_search
        from doanso.documents import families, inbox, navigation, search, sources, unit_panel
        from doanso.documents.actions import issuing
        from doanso.documents.queries.sealing import public_files_of_attachment
        from doanso.documents.signature_fields import ATTACHMENT, DOCUMENT
        from doanso.ledger.ports import register_family, register_family_description, register_source_page
        from doanso.lib.navigation import register_navigation
        from doanso.signing.ports import register_companion_files, register_owner

        fields = {
            "summary": _("summary"),
            "content": _("content"),
            "kind": _("kind of document"),
            "recipients": _("recipients"),
            "answer_by": _("day of the answer"),
            "assigned_to": _("who handles it"),
        }
        for name, sentence in (
            ("documents.view", _("looked at documents")),
            ("documents.draft", _("began a document")),
            ("documents.write", _("wrote on a document")),
            ("documents.attach", _("put a file beside a document")),
            ("documents.detach", _("took a file beside a document away")),
            ("documents.discard", _("threw a draft away")),
            ("documents.discard_signed", _("threw a signed document away")),
            ("documents.send_on", _("sent a document on its way to be signed")),
            ("documents.call_back", _("called a document back to write on it")),
            ("documents.pass_step", _("agreed to a document")),
            ("documents.return_step", _("returned a document")),
            ("documents.comment", _("remarked on a document")),
            ("documents.settle_comment", _("settled a remark")),
            ("documents.sign", _("signed a document")),
            ("documents.sign_again", _("had a document signed once more")),
            ("documents.return_signed", _("returned a signed document to its author")),
            ("documents.give_up", _("gave a numbered document up")),
            ("documents.draw_number", _("gave a document its number")),
            ("documents.reserve_number", _("kept a number free")),
            ("documents.void_number", _("gave a number up")),
            ("documents.note_secret", _("noted number and day of a secret document")),
            ("documents.register_paper", _("entered a paper document in the register")),
            ("documents.seal", _("sealed a document")),
            ("documents.choose_certificate", _("chose another certificate for the seal")),
            ("documents.issue", _("issued a document")),
            ("documents.recall", _("recalled a document")),
            ("documents.replace", _("replaced a document")),
            ("documents.open", _("opened a document that came")),
            ("documents.receive", _("received a document")),
            ("documents.assign", _("gave a document to somebody to handle")),
            ("documents.answer", _("answered a document")),
            ("documents.remind", _("reminded of a document")),
            ("documents.see_end", _("took note that a document no longer holds")),
            ("documents.manage", _("set how a unit's documents are handled")),
            ("documents.set_numbering", _("set how documents are numbered")),
            ("documents.begin_series", _("began a series of numbers")),
            ("documents.give_mandate", _("gave somebody authority to sign")),
            ("documents.end_mandate", _("ended an authority to sign")),
            ("documents.set_stand_in", _("named somebody to stand in")),
            ("documents.end_stand_in", _("ended a standing in")),
            ("documents.set_letterhead", _("set the letterhead of a unit")),
        ):
            register_action(name, sentence, fields=fields)
        register_search(search.PROVIDER)
        unit_panels.register("documents.letterhead", "actions", 20, unit_panel.letterhead)
        for family in families.FAMILIES:
            register_family(family)
        for description in families.DESCRIPTIONS:
            register_family_description(description)
        register_source_page(families.DOCUMENT, sources.document_lines)
        register_owner(DOCUMENT, issuing.keep_signature)
        register_owner(ATTACHMENT, issuing.keep_attachment_seal)
        register_companion_files(ATTACHMENT, public_files_of_attachment)
        register_navigation(navigation.TABS, navigation.PAGES)
        from doanso.documents import history_objects

        register_inbox_kinds(inbox.KINDS)

        history_objects.register()
