"""Addresses of the council inside an organisation; the élus' portal has its own."""

from django.urls import path

from council.views import (
    act_steps,
    acts,
    afterwards,
    following,
    items,
    meetings,
    obligations,
    room,
    session,
    settling,
)

app_name = "council"

_HOME = "c/<slug:org>/seances/"
_MEETING = _HOME + "<uuid:uid>/"
_ITEM = _HOME + "points/<uuid:uid>/"
_ACTS = "c/<slug:org>/actes/"
_ACT = _ACTS + "<uuid:uid>/"
_REGISTER = _ACTS + "registres/<uuid:uid>/"
_CONVOCATION = _HOME + "convocations/<uuid:uid>/"

urlpatterns = [
    path(_HOME, meetings.meeting_list, name="meeting-list"),
    path(_HOME + "nouvelle/", meetings.meeting_create, name="meeting-create"),
    path(_MEETING, meetings.meeting_detail, name="meeting-detail"),
    path(_MEETING + "modifier/", meetings.meeting_change, name="meeting-change"),
    path(_MEETING + "annuler/", meetings.meeting_cancel, name="meeting-cancel"),
    path(_MEETING + "urgence/", meetings.meeting_urgency, name="meeting-urgency"),
    path(_MEETING + "sans-urgence/", meetings.meeting_ordinary, name="meeting-ordinary"),
    path(_MEETING + "ordre/", meetings.meeting_order, name="meeting-order"),
    path(_MEETING + "demander-accord/", settling.meeting_ask, name="meeting-ask"),
    path(_MEETING + "a-valider/", settling.meeting_agree, name="meeting-agree"),
    path(_MEETING + "a-valider/pieces/<uuid:document>/", settling.agree_piece, name="agree-piece"),
    path(_MEETING + "arreter/", settling.meeting_freeze, name="meeting-freeze"),
    path(_MEETING + "rouvrir/", settling.meeting_unfreeze, name="meeting-unfreeze"),
    path(_MEETING + "convoquer/", settling.meeting_convene, name="meeting-convene"),
    path(_MEETING + "preuve/", settling.meeting_proof, name="meeting-proof"),
    path(_MEETING + "en-seance/", session.session, name="session"),
    path(_MEETING + "en-seance/noter/", session.session_enter, name="session-enter"),
    path(
        _MEETING + "en-seance/annuler/<uuid:entry>/", session.session_cancel, name="session-cancel"
    ),
    path(_MEETING + "en-seance/feuilles.pdf", room.session_sheets, name="session-sheets"),
    path(_MEETING + "ecran/", room.room, name="room"),
    path(_MEETING + "ecran/lien/", room.room_link, name="room-link"),
    path(_MEETING + "repetition/", session.session_rehearsal, name="session-rehearsal"),
    path(_MEETING + "repetition/effacer/", session.rehearsal_undo, name="rehearsal-undo"),
    path(_MEETING + "dossier.pdf", settling.edition_whole, name="meeting-dossier"),
    path(_HOME + "obligations/", obligations.year, name="obligations"),
    path(_HOME + "obligations/proposer/", obligations.propose, name="obligation-propose"),
    path(_HOME + "points/nouveau/", items.item_create, name="item-create"),
    path(_ITEM, items.item_detail, name="item-detail"),
    path(_ITEM + "modifier/", items.item_edit, name="item-edit"),
    path(_ITEM + "proposer/", items.item_propose, name="item-propose"),
    path(_ITEM + "pret/", items.item_ready, name="item-ready"),
    path(_ITEM + "retourner/", items.item_return, name="item-return"),
    path(_ITEM + "inscrire/", items.item_list, name="item-list"),
    path(_ITEM + "oter/", items.item_unlist, name="item-unlist"),
    path(_ITEM + "deplacer/", items.item_move, name="item-move"),
    path(_ITEM + "retirer/", items.item_withdraw, name="item-withdraw"),
    path(_ITEM + "abandonner/", items.item_abandon, name="item-abandon"),
    path(_ITEM + "joindre/", items.item_join, name="item-join"),
    path(_ITEM + "oter-piece/", items.item_part, name="item-part"),
    path(_CONVOCATION + "remise/", settling.convocation_paper, name="convocation-paper"),
    path(_CONVOCATION + "renvoyer/", settling.convocation_retry, name="convocation-retry"),
    path(_CONVOCATION + "dossier.pdf", settling.convocation_print, name="convocation-print"),
    path(_HOME + "pouvoirs/<uuid:uid>/", settling.proxy_confirm, name="proxy-confirm"),
    path(_HOME + "decisions/", following.follow_ups, name="follow-ups"),
    path(_HOME + "decisions/<uuid:uid>/", following.follow_up, name="follow-up"),
    path(
        _HOME + "decisions/<uuid:uid>/modifier/",
        following.follow_up_change,
        name="follow-up-change",
    ),
    path(_ACT + "suite/", following.follow_up_create, name="follow-up-create"),
    path(_MEETING + "suites/", afterwards.meeting_after, name="meeting-after"),
    path(_MEETING + "deliberations/", afterwards.meeting_acts, name="meeting-acts"),
    path(_MEETING + "compte-rendu/", afterwards.meeting_report, name="meeting-report"),
    path(_MEETING + "liste/", afterwards.meeting_results, name="meeting-results"),
    path(_MEETING + "liste.pdf", afterwards.results_file, name="results-file"),
    path(_MEETING + "cloture.pdf", afterwards.closing_file, name="closing-file"),
    path(_MEETING + "pv/", afterwards.minutes, name="minutes"),
    path(_MEETING + "pv/projet/", afterwards.minutes_draft, name="minutes-draft"),
    path(_MEETING + "pv/mise-en-page/", afterwards.minutes_print, name="minutes-print"),
    path(_MEETING + "pv/approbation/", afterwards.minutes_settle, name="minutes-settle"),
    path(_MEETING + "pv/signatures/", afterwards.minutes_sign, name="minutes-sign"),
    path(_MEETING + "pv/mise-en-ligne/", afterwards.minutes_publish, name="minutes-publish"),
    path(_MEETING + "pv.pdf", afterwards.minutes_file, name="minutes-file"),
    path(_MEETING + "pv/<uuid:section>/", afterwards.minutes_section, name="minutes-section"),
    path(_ACTS, acts.act_list, name="act-list"),
    path(_ACTS + "a-signer/", act_steps.acts_waiting, name="acts-waiting"),
    path(_ACTS + "scan/", act_steps.act_scan, name="act-scan"),
    path(_ACTS + "nouveau/<slug:kind>/", act_steps.act_create, name="act-create"),
    path(_REGISTER, acts.register, name="register"),
    path(_REGISTER + "modele/", act_steps.register_model, name="register-model"),
    path(_ACT, acts.act, name="act"),
    path(_ACT + "acte.pdf", acts.act_file, name="act-file"),
    path(_ACT + "extrait.pdf", acts.act_extract, name="act-extract"),
    path(_ACT + "modifier/", act_steps.act_edit, name="act-edit"),
    path(_ACT + "presenter/", act_steps.act_present, name="act-present"),
    path(_ACT + "signer/", act_steps.act_sign, name="act-sign"),
    path(_ACT + "signature/", act_steps.act_signature, name="act-signature"),
    path(_ACT + "reprendre/", act_steps.act_send_back, name="act-send-back"),
    path(_ACT + "abandonner/", act_steps.act_cancel, name="act-cancel"),
    path(_ACT + "transmission/", act_steps.act_transmission, name="act-transmission"),
    path(_ACT + "publication/", act_steps.act_publication, name="act-publication"),
    path(_ACT + "notification/", act_steps.act_notification, name="act-notification"),
]
