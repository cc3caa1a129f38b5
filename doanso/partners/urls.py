from django.urls import URLPattern, URLResolver, path

from doanso.partners.views import agreements, contacts, partners, undertakings

app_name = "partners"
_PARTNER = "partners/<uuid:partner_id>/"
_CONTACT = f"{_PARTNER}contacts/<uuid:contact_id>/"
_AGREEMENT = f"{_PARTNER}agreements/<uuid:agreement_id>/"
_UNDERTAKING = f"{_PARTNER}undertakings/<uuid:undertaking_id>/"
urlpatterns: list[URLPattern | URLResolver] = [
    path("partners/", partners.partner_list, name="list"),
    path("partners/new/", partners.new, name="new"),
    path("partners/export/", partners.export, name="export"),
    path("partners/agreements/", agreements.agreement_list, name="agreements"),
    path("partners/undertakings/", undertakings.undertaking_list, name="undertakings"),
    path(_PARTNER, partners.partner, name="partner"),
    path(f"{_PARTNER}edit/", partners.edit, name="edit"),
    path(f"{_PARTNER}end/", partners.end, name="end"),
    path(f"{_PARTNER}resume/", partners.resume, name="resume"),
    path(f"{_PARTNER}contacts/new/", contacts.new, name="new-contact"),
    path(f"{_CONTACT}edit/", contacts.edit, name="edit-contact"),
    path(f"{_CONTACT}end/", contacts.end, name="end-contact"),
    path(f"{_CONTACT}remove/", contacts.remove, name="remove-contact"),
    path(f"{_PARTNER}agreements/new/", agreements.new, name="new-agreement"),
    path(_AGREEMENT, agreements.agreement, name="agreement"),
    path(f"{_AGREEMENT}edit/", agreements.edit, name="edit-agreement"),
    path(f"{_AGREEMENT}renew/", agreements.renew, name="renew-agreement"),
    path(f"{_AGREEMENT}next-year/", agreements.repeat, name="repeat-agreement"),
    path(f"{_AGREEMENT}end/", agreements.end, name="end-agreement"),
    path(f"{_AGREEMENT}resume/", agreements.resume, name="resume-agreement"),
    path(f"{_AGREEMENT}file/", agreements.download, name="agreement-file"),
    path(f"{_AGREEMENT}file/erase/", agreements.erase_file, name="erase-agreement-file"),
    path(f"{_PARTNER}undertakings/new/", undertakings.new, name="new-undertaking"),
    path(f"{_UNDERTAKING}edit/", undertakings.edit, name="edit-undertaking"),
    path(f"{_UNDERTAKING}settle/", undertakings.settle, name="settle-undertaking"),
    path(f"{_UNDERTAKING}reopen/", undertakings.reopen, name="reopen-undertaking"),
]
