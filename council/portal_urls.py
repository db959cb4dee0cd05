"""Addresses of the élu's portal. None carries an organisation: a link, or an account, leads here.

Every page of one dossier lies below `/dossier/<convocation>/`, which is also the path of its own
cookie: two dossiers, or two members of one household, never mix in one browser.
"""

from django.urls import path

from council.views import (
    following,
    portal,
    portal_gate,
    portal_interests,
    portal_notes,
    portal_reader,
    portal_receipt,
    portal_rights,
    room,
)

app_name = "portal"

_LINK = "dossier/lien/<str:token>/"
_HOME = "dossier/<uuid:convocation>/"

urlpatterns = [
    path("salle/<str:token>/", room.room_screen, name="room-screen"),
    path("seance-sans-reseau.js", room.session_worker, name="session-worker"),
    path("dossier/", portal.mine, name="mine"),
    path(_LINK, portal_gate.gate, name="gate"),
    path(_LINK + "non/", portal_gate.not_me, name="not-me"),
    path(_LINK + "nouveau/", portal_gate.new_link, name="new-link"),
    path(_LINK + "notes/", portal_notes.take_away, name="take-notes"),
    path("dossier/mes-notes/", portal_notes.my_notes, name="my-notes"),
    path("dossier/mes-notes/fichier/", portal_notes.my_notes_file, name="my-notes-file"),
    path(_HOME, portal.home, name="home"),
    path(_HOME + "ouvrir/", portal.open_dossier, name="open"),
    path(_HOME + "reponse/", portal.answer, name="answer"),
    path(_HOME + "pouvoir/", portal.proxy, name="proxy"),
    path(_HOME + "decisions/", following.portal_follow_ups, name="follow-ups"),
    path(_HOME + "accuse/", portal_receipt.receipt, name="receipt"),
    path(_HOME + "interets/", portal_interests.interests, name="interests"),
    path(
        _HOME + "interets/<uuid:interest>/effacer/",
        portal_interests.interest_forget,
        name="interest-forget",
    ),
    path(_HOME + "lire/point/<uuid:item>/ou/", portal_reader.point_where, name="point-where"),
    path(_HOME + "lire/point/<uuid:item>/retrait/", portal_interests.withdrawal, name="withdrawal"),
    path(_HOME + "demandes/", portal_rights.rights, name="rights"),
    path(_HOME + "demandes/piece/", portal_rights.ask_piece, name="ask-piece"),
    path(_HOME + "demandes/question/", portal_rights.ask_question, name="ask-question"),
    path(_HOME + "demandes/<uuid:given>/", portal_rights.given_piece, name="given-piece"),
    path(_HOME + "fermer/", portal.leave, name="leave"),
    path(_HOME + "agenda.ics", portal.calendar, name="calendar"),
    path(_HOME + "convocation.pdf", portal.convocation, name="convocation"),
    path(_HOME + "dossier.pdf", portal.whole, name="whole"),
    path(_HOME + "lire/", portal_reader.cover, name="read"),
    path(_HOME + "lire/point/<uuid:item>/", portal_reader.point, name="read-point"),
    path(_HOME + "lire/point/<uuid:item>/note/", portal_notes.note_point, name="note-point"),
    path(_HOME + "lire/piece/<uuid:piece>/note/", portal_notes.note_piece, name="note-piece"),
    path(_HOME + "notes/", portal_notes.notes, name="notes"),
    path(_HOME + "notes/fichier/", portal_notes.notes_file, name="notes-file"),
    path(_HOME + "lire/piece/<uuid:piece>/", portal_reader.piece, name="read-piece"),
    path(_HOME + "piece/<uuid:piece>/", portal_reader.show_piece, name="piece"),
    path(
        _HOME + "piece/<uuid:piece>/telecharger/",
        portal_reader.download_piece,
        name="piece-download",
    ),
]
