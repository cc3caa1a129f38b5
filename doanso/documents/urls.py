"""Documents of units."""

from django.urls import path

from doanso.documents.views import (
    desk,
    documents,
    drafts,
    issuing,
    letterheads,
    previews,
    received,
    registers,
    search,
    unit_settings,
)

app_name = "documents"

_DOCUMENT = "documents/<uuid:document_id>/"
_REGISTER = "units/<slug:code>/register/"

urlpatterns = [
    path("documents/", desk.desk, name="desk"),
    path("documents/new/", drafts.new, name="new"),
    path("documents/new/working-copy/", drafts.keep_new, name="keep-new"),
    path("documents/new/word/", drafts.bring_word_new, name="word-new"),
    path("documents/upload/", drafts.upload, name="upload"),
    path("documents/register/", registers.register, name="register"),
    path("documents/register/export/", registers.export, name="register-export"),
    path("documents/search/", search.search, name="search"),
    # Writing.
    path(_DOCUMENT, documents.document, name="document"),
    path(f"{_DOCUMENT}edit/", drafts.edit, name="edit"),
    path(f"{_DOCUMENT}edit/working-copy/", drafts.keep, name="keep"),
    path(f"{_DOCUMENT}edit/word/", drafts.bring_word, name="word"),
    path(f"{_DOCUMENT}discard/", drafts.discard, name="discard"),
    path(f"{_DOCUMENT}preview/", previews.preview, name="preview"),
    path(f"{_DOCUMENT}draft.pdf", previews.draft_file, {"form": "pdf"}, name="draft-pdf"),
    path(f"{_DOCUMENT}draft.docx", previews.draft_file, {"form": "docx"}, name="draft-docx"),
    path(f"{_DOCUMENT}signatures/", previews.signatures, name="signatures"),
    path(f"{_DOCUMENT}file/", drafts.file, name="file"),
    path(f"{_DOCUMENT}versions/<int:number>/", drafts.version_file, name="version-file"),
    path(f"{_DOCUMENT}attachments/", drafts.attach, name="attach"),
    path(f"{_DOCUMENT}attachments/<uuid:attachment_id>/", drafts.attachment, name="attachment"),
    path(f"{_DOCUMENT}attachments/<uuid:attachment_id>/detach/", drafts.detach, name="detach"),
    # Routing.
    path(f"{_DOCUMENT}send-on/", documents.send_on, name="send-on"),
    path(f"{_DOCUMENT}pass/", documents.pass_step, name="pass"),
    path(f"{_DOCUMENT}return/", documents.return_step, name="return"),
    path(f"{_DOCUMENT}call-back/", documents.call_back, name="call-back"),
    path(f"{_DOCUMENT}comments/", documents.comment, name="comment"),
    path(f"{_DOCUMENT}comments/<uuid:comment_id>/settle/", documents.resolve_comment, name="settle-comment"),
    path(f"{_DOCUMENT}sign/", documents.sign, name="sign"),
    # Issuing.
    path(f"{_DOCUMENT}issue/", issuing.issue, name="issue"),
    path(f"{_DOCUMENT}seal/", issuing.seal, name="seal"),
    path(f"{_DOCUMENT}certificate/", issuing.certificate, name="certificate"),
    path(f"{_DOCUMENT}sign-again/", issuing.sign_again, name="sign-again"),
    path(f"{_DOCUMENT}return-signed/", issuing.return_signed, name="return-signed"),
    path(f"{_DOCUMENT}give-up/", issuing.discard_numbered, name="give-up"),
    path(f"{_DOCUMENT}try-again/", issuing.try_again, name="try-again"),
    path(f"{_DOCUMENT}send-to/", issuing.send_to, name="send-to"),
    path(f"{_DOCUMENT}remind/", documents.remind, name="remind"),
    path(f"{_DOCUMENT}recall/", documents.recall, name="recall"),
    path(f"{_DOCUMENT}replace/", documents.replace, name="replace"),
    # Received documents.
    path("documents/received/", received.received, name="received"),
    path("documents/received/<uuid:delivery_id>/", received.delivery, name="delivery"),
    path("documents/received/<uuid:delivery_id>/preview/", received.delivery_preview, name="delivery-preview"),
    path("documents/received/<uuid:delivery_id>/signatures/", received.delivery_signatures, name="delivery-signatures"),
    path("documents/received/<uuid:delivery_id>/file/", received.delivery_file, name="delivery-file"),
    path(
        "documents/received/<uuid:delivery_id>/attachments/<uuid:attachment_id>/",
        received.delivery_attachment,
        name="delivery-attachment",
    ),
    path("documents/received/<uuid:delivery_id>/assign/", received.assign, name="assign"),
    path("documents/received/<uuid:delivery_id>/answer/", received.answer, name="answer"),
    path("documents/received/<uuid:delivery_id>/see-end/", received.see_end, name="see-end"),
    path("v/<str:link>/", received.outside, name="outside"),
    path("v/<str:link>/file/", received.outside_file, name="outside-file"),
    path("v/<str:link>/attachments/<uuid:attachment_id>/", received.outside_attachment, name="outside-attachment"),
    # The clerk's book.
    path(f"{_REGISTER}reserve/", registers.reserve, name="reserve"),
    path(f"{_REGISTER}numbers/<uuid:number_id>/void/", registers.void, name="void"),
    path(f"{_REGISTER}secret/", registers.secret, name="secret"),
    path(f"{_REGISTER}paper/", registers.paper, name="paper"),
    path("units/<slug:code>/documents/", unit_settings.unit_settings, name="handling"),
    path("units/<slug:code>/documents/mandates/<uuid:mandate_id>/end/", unit_settings.end_mandate, name="end-mandate"),
    path(
        "units/<slug:code>/documents/stand-ins/<uuid:stand_in_id>/end/", unit_settings.end_stand_in, name="end-stand-in"
    ),
    path("units/<slug:code>/letterhead/", letterheads.letterhead, name="letterhead"),
]
