"""Addresses of links: those for colleagues, and the requests that follow from them."""

from django.urls import path

from documents.views import access_requests, drop, links, outside

_HOME = "c/<slug:org>/documents/"

urlpatterns = [
    path(_HOME + "lien/<uuid:uid>/", access_requests.link, name="link"),
    path(_HOME + "demandes/<uuid:uid>/", access_requests.answer, name="access-answer"),
    path(_HOME + "liens/", links.everywhere, name="outside-links"),
    path(_HOME + "liens/<uuid:uid>/couper/", links.revoke, name="outside-revoke"),
    path(_HOME + "liens/regles/", links.policy, name="outside-policy"),
    path(_HOME + "dossier/<uuid:uid>/partager/lien/", links.open_folder, name="folder-open"),
    path(_HOME + "document/<uuid:uid>/partager/lien/", links.open_document, name="document-open"),
    path(_HOME + "dossier/<uuid:uid>/partager/depot/", links.open_drop, name="drop-open"),
    path("depot/<str:token>/", drop.drop, name="outside-drop"),
    path("depot/<str:token>/recu/<uuid:uid>/", drop.receipt, name="drop-receipt"),
    path("partage/<str:token>/", outside.share, name="outside-share"),
    path("partage/<str:token>/tout/", outside.share_all, name="outside-all"),
    path("partage/<str:token>/<uuid:uid>/", outside.share_file, name="outside-file"),
    path(_HOME + "dossier/<uuid:uid>/partager/", links.share_folder, name="folder-share"),
    path(_HOME + "document/<uuid:uid>/partager/", links.share_document, name="document-share"),
]
