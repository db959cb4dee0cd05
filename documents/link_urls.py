"""Addresses of links: those for colleagues, and the requests that follow from them."""

from django.urls import path

from documents.views import access_requests, links

_HOME = "c/<slug:org>/documents/"

urlpatterns = [
    path(_HOME + "lien/<uuid:uid>/", access_requests.link, name="link"),
    path(_HOME + "demandes/<uuid:uid>/", access_requests.answer, name="access-answer"),
    path(_HOME + "dossier/<uuid:uid>/partager/", links.share_folder, name="folder-share"),
    path(_HOME + "document/<uuid:uid>/partager/", links.share_document, name="document-share"),
]
