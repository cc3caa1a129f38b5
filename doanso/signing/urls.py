from django.urls import URLPattern, URLResolver, path

from doanso.signing import api
from doanso.signing.views import authorities, certificates, public, sessions

app_name = "signing"
urlpatterns: list[URLPattern | URLResolver] = [
    path("signing/certificates/", certificates.certificates, name="certificates"),
    path("signing/certificates/add/", certificates.add, name="add"),
    path("signing/certificates/<uuid:certificate_id>/", certificates.certificate, name="certificate"),
    path("signing/certificates/<uuid:certificate_id>/image/", certificates.image, name="image"),
    path("signing/certificates/<uuid:certificate_id>/try/", certificates.try_certificate, name="try"),
    path("signing/certificates/<uuid:certificate_id>/confirm/", certificates.confirm, name="confirm"),
    path("signing/certificates/<uuid:certificate_id>/end/", certificates.end, name="end"),
    path("signing/sessions/<uuid:session_id>/", sessions.session, name="session"),
    path("signing/sessions/<uuid:session_id>/agent/", sessions.renew_agent_link, name="agent"),
    path("signing/sessions/<uuid:session_id>/server/", sessions.sign_on_server, name="server"),
    path("signing/sessions/<uuid:session_id>/upload/", sessions.upload, name="upload"),
    path("signing/sessions/<uuid:session_id>/file/", sessions.file, name="file"),
    path("signing/sessions/<uuid:session_id>/cancel/", sessions.cancel, name="cancel"),
    path("signing/authorities/", authorities.authorities, name="authorities"),
    path("signing/authorities/add/", authorities.add, name="add-authority"),
    path("signing/authorities/<uuid:authority_id>/", authorities.authority, name="authority"),
    path("signing/authorities/<uuid:authority_id>/list/", authorities.load_list, name="load-list"),
    path("signing/authorities/<uuid:authority_id>/end/", authorities.end, name="end-authority"),
    path("verify/", public.start, name="verify"),
    path("verify/file/", public.by_file, name="verify-file"),
    path("verify/<str:code>/", public.by_code, name="verify-code"),
    path("verify/<str:code>/file/", public.file, name="verify-open"),
    path("api/v1/signing/session", api.task, name="api-task"),
    path("api/v1/signing/session/file", api.file, name="api-file"),
    path("api/v1/signing/session/signature", api.signature, name="api-signature"),
]
