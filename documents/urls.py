"""Addresses of the document repository."""

from django.urls import path

from documents import link_urls
from documents.dav import door
from documents.views import (
    arrival_deposit,
    arrival_settings,
    arrivals,
    browse,
    bulk,
    document,
    editing,
    imports,
    keeping,
    labels,
    owner,
    register,
    reserving,
    rights,
    search,
    seen,
    tree,
    upload,
    upload_parts,
    upload_prepare,
    versions,
)

app_name = "documents"

_HOME = "c/<slug:org>/documents/"
_FOLDER = _HOME + "dossier/<uuid:uid>/"
_DOCUMENT = _HOME + "document/<uuid:uid>/"
_VERSION = _HOME + "version/<uuid:uid>/"
_BIN = _HOME + "a-classer/"
_REGISTER = "c/<slug:org>/courrier/"

_DRIVE = "dav/<slug:org>"
_OPENED = "dav/~/<str:token>"

urlpatterns = [
    path("dav/", door.top, name="drive-top"),
    path(_DRIVE, door.drive, name="drive-bare"),
    path(_DRIVE + "/", door.drive, name="drive"),
    path(_DRIVE + "/<path:rest>", door.drive, name="drive-path"),
    path(_OPENED + "/", door.one_document, name="opened"),
    path(_OPENED + "/<path:rest>", door.one_document, name="opened-file"),
    path("c/<slug:org>/recherche/", search.results, name="search"),
    path(_HOME, browse.root, name="root"),
    path(_HOME + "partages/", browse.shared, name="shared"),
    path(_HOME + "corbeille/", browse.trash, name="trash"),
    path(_HOME + "personne/<uuid:uid>/", seen.seen_by, name="seen-by"),
    path(_HOME + "selection/", bulk.act, name="bulk"),
    path(_HOME + "selection/deplacer/", bulk.move, name="bulk-move"),
    path(_HOME + "selection/copier/", bulk.copy, name="bulk-copy"),
    path(_HOME + "selection/etiqueter/", bulk.label, name="bulk-label"),
    path(_HOME + "annuler/<uuid:uid>/", bulk.undo, name="undo"),
    path(_FOLDER, browse.folder, name="folder"),
    path(_FOLDER + "nouveau/", tree.create_folder, name="folder-create"),
    path(_FOLDER + "renommer/", tree.rename_folder, name="folder-rename"),
    path(_FOLDER + "deplacer/", tree.move_folder, name="folder-move"),
    path(_FOLDER + "corbeille/", tree.trash_folder, name="folder-trash"),
    path(_FOLDER + "restaurer/", tree.restore_folder, name="folder-restore"),
    path(_FOLDER + "droits/", rights.folder_rights, name="folder-rights"),
    path(_FOLDER + "deposer/", upload.upload, name="upload"),
    path(_FOLDER + "deposer/version/", upload.confirm_version, name="upload-confirm"),
    path(_FOLDER + "deposer/preparer/", upload_prepare.prepare, name="upload-prepare"),
    path(_FOLDER + "deposer/morceaux/", upload_parts.begin, name="upload-parts"),
    path(_FOLDER + "deposer/morceaux/<uuid:upload>/", upload_parts.part, name="upload-part"),
    path(
        _FOLDER + "deposer/morceaux/<uuid:upload>/terminer/",
        upload_parts.finish,
        name="upload-finish",
    ),
    path(_FOLDER + "importer/", imports.import_zip, name="import-zip"),
    path(_FOLDER + "conservation/", keeping.folder_keeping, name="folder-keeping"),
    path(_HOME + "eliminations/", keeping.slips, name="slips"),
    path(_HOME + "eliminations/<uuid:uid>/", keeping.slip, name="slip"),
    path(_HOME + "eliminations/<uuid:uid>/imprimer/", keeping.print_slip, name="slip-print"),
    path(_HOME + "import/<uuid:uid>/", imports.import_run, name="import"),
    path(_DOCUMENT, document.document, name="document"),
    path(_DOCUMENT + "versions/", versions.versions, name="versions"),
    path(_DOCUMENT + "comparer/", versions.compare, name="compare"),
    path(_DOCUMENT + "responsable/", owner.document_owner, name="document-owner"),
    path(_DOCUMENT + "droits/", rights.document_rights, name="document-rights"),
    path(_DOCUMENT + "commentaires/", document.comments, name="comments"),
    path(_DOCUMENT + "activite/", document.activity, name="activity"),
    path(_DOCUMENT + "nouvelle-version/", upload.add_version, name="version-add"),
    path(_DOCUMENT + "renommer/", tree.rename_document, name="document-rename"),
    path(_DOCUMENT + "etiquettes/", labels.document_labels, name="document-labels"),
    path(_DOCUMENT + "deplacer/", tree.move_document, name="document-move"),
    path(_DOCUMENT + "corbeille/", tree.trash_document, name="document-trash"),
    path(_DOCUMENT + "restaurer/", tree.restore_document, name="document-restore"),
    path(_HOME + "lecteur-reseau/", editing.drive_help, name="drive-help"),
    path(_DOCUMENT + "modifier/", editing.edit, name="edit"),
    path(_DOCUMENT + "reserver/", reserving.reserve, name="reserve"),
    path(_DOCUMENT + "rendre/", reserving.give_back, name="reservation-release"),
    path(_DOCUMENT + "lever/", reserving.lift, name="reservation-break"),
    path(_VERSION, versions.version, name="version"),
    path(_VERSION + "telecharger/", document.download, name="version-download"),
    path(_VERSION + "voir/", document.view, name="version-view"),
    path(_VERSION + "restaurer/", versions.restore, name="version-restore"),
    path(_VERSION + "relire/", document.read_again, name="version-read-again"),
    path(_BIN, arrivals.arrivals, name="arrivals"),
    path(_BIN + "deposer/", arrival_deposit.deposit, name="arrivals-deposit"),
    path(_BIN + "plusieurs/", arrivals.bulk, name="arrivals-bulk"),
    path(_BIN + "reglages/", arrival_settings.bin_settings, name="arrivals-settings"),
    path(_BIN + "<uuid:uid>/", arrivals.arrival, name="arrival"),
    path(_BIN + "<uuid:uid>/ecarter/", arrivals.discard, name="arrival-discard"),
    path(_BIN + "<uuid:uid>/reprendre/", arrivals.take_back, name="arrival-take-back"),
    path(_BIN + "<uuid:uid>/voir/", arrivals.view, name="arrival-view"),
    path(_BIN + "<uuid:uid>/telecharger/", arrivals.download, name="arrival-download"),
    path(_BIN + "pli/<uuid:uid>/liberer/", arrivals.release, name="envelope-release"),
    path(_BIN + "pli/<uuid:uid>/message/", arrivals.keep_mail, name="envelope-mail"),
    path(_FOLDER + "adresse/", arrival_settings.folder_address, name="folder-address"),
    path(_REGISTER, register.register, name="register"),
    path(_REGISTER + "export.csv", register.export, name="register-export"),
    path(_REGISTER + "nouveau/", register.add, name="register-add"),
    path(_REGISTER + "<uuid:uid>/", register.entry, name="register-entry"),
    path(_REGISTER + "<uuid:uid>/traite/", register.done, name="register-done"),
    *link_urls.urlpatterns,
]
