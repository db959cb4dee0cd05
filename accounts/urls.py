"""Addresses of people and organisations."""

from django.conf import settings
from django.urls import path

from accounts.views import (
    account,
    failures,
    feeds,
    home,
    importing,
    interim,
    letterbox,
    people,
    proposals,
    signin,
    teams,
    viewing,
)

app_name = "accounts"

_ORG = "c/<slug:org>/"
_PEOPLE = _ORG + "personnes/"

urlpatterns = [
    path("", account.root, name="root"),
    path("connexion/", signin.sign_in, name="sign-in"),
    path("connexion/fin/", signin.sign_out, name="sign-out"),
    path("connexion/oubli/", signin.ask_reset, name="ask-reset"),
    path("connexion/oubli/suite/", signin.reset_sent, name="reset-sent"),
    path("connexion/mot-de-passe/<str:token>/", signin.set_password, name="set-password"),
    path("connexion/courriel/<str:token>/", signin.confirm_email, name="confirm-email"),
    path("messages/arreter/<str:token>/", signin.unsubscribe, name="unsubscribe"),
    path("compte/", account.account, name="account"),
    path("compte/coordonnees/", account.contact_change, name="contact-change"),
    path("compte/mot-de-passe/", account.password_change, name="password-change"),
    path("compte/sessions/fermer/", account.sessions_close, name="sessions-close"),
    path("compte/sessions/<uuid:uid>/fermer/", account.session_close, name="session-close"),
    path("compte/logiciels/", account.programmes, name="programmes"),
    path("compte/logiciels/<uuid:uid>/retirer/", account.programme_revoke, name="programme-revoke"),
    path("compte/rythme/<uuid:org_uid>/", account.rhythm_change, name="rhythm-change"),
    path("compte/organisations/", account.switch, name="switch"),
    path(
        "compte/propositions/<uuid:uid>/accepter/",
        proposals.proposal_accept,
        name="proposal-accept",
    ),
    path(
        "compte/propositions/<uuid:uid>/decliner/",
        proposals.proposal_decline,
        name="proposal-decline",
    ),
    path(_ORG, home.home, name="home"),
    path(_ORG + "messages/", home.inbox, name="inbox"),
    path(_ORG + "messages/lus/", home.inbox_read, name="inbox-read"),
    path(_ORG + "messages/<uuid:uid>/ouvrir/", home.inbox_open, name="inbox-open"),
    path(_ORG + "agenda/", home.agenda, name="agenda"),
    path(_ORG + "agenda/abonnement/", feeds.feed, name="agenda-feed"),
    path("agenda/<str:token>.ics", feeds.ics, name="agenda-ics"),
    path(_ORG + "accent.css", home.accent, name="accent"),
    path(_ORG + "suivre/", home.follow, name="follow"),
    path(_ORG + "ou-en-est/", interim.standing, name="standing"),
    path(_ORG + "interim/", interim.interims, name="interim"),
    path(_PEOPLE, people.people, name="people"),
    path(_PEOPLE + "nouvelle/", people.person_add, name="person-add"),
    path(_PEOPLE + "connue/", proposals.person_add_known, name="person-add-known"),
    path(
        _PEOPLE + "propositions/<uuid:uid>/retirer/",
        proposals.proposal_withdraw,
        name="proposal-withdraw",
    ),
    path(_PEOPLE + "organisation/", people.organisation, name="organisation"),
    path(_PEOPLE + "importer/", importing.people_import, name="people-import"),
    path(
        _PEOPLE + "importer/modele.csv",
        importing.people_import_template,
        name="people-import-template",
    ),
    path(_PEOPLE + "journal/", people.journal, name="journal"),
    path(_PEOPLE + "echecs/", failures.failures, name="failures"),
    path(_PEOPLE + "echecs/<uuid:uid>/", failures.failure_retry, name="failure-retry"),
    path(_PEOPLE + "equipes/nouvelle/", teams.team_add, name="team-add"),
    path(_PEOPLE + "equipes/<uuid:uid>/", teams.team, name="team"),
    path(_PEOPLE + "equipes/<uuid:uid>/nom/", teams.team_rename, name="team-rename"),
    path(_PEOPLE + "equipes/<uuid:uid>/archiver/", teams.team_archive, name="team-archive"),
    path(_PEOPLE + "equipes/membres/<uuid:uid>/retirer/", teams.team_remove, name="team-remove"),
    path(_PEOPLE + "appartenances/<uuid:uid>/fin/", teams.membership_end, name="membership-end"),
    path(_PEOPLE + "voir-comme/fin/", viewing.viewing_stop, name="viewing-stop"),
    path(_PEOPLE + "<uuid:uid>/voir-comme/", viewing.viewing_start, name="viewing-start"),
    path(_PEOPLE + "<uuid:uid>/", people.person, name="person"),
    path(_PEOPLE + "<uuid:uid>/relais/", interim.hand_over, name="handover"),
    path(_PEOPLE + "<uuid:uid>/fiche/", people.person_correct, name="person-correct"),
    path(_PEOPLE + "<uuid:uid>/inviter/", people.person_invite, name="person-invite"),
]

if settings.DEVELOPMENT_PAGES:
    urlpatterns += [
        path("_courriels/", letterbox.sent, name="letterbox"),
        path("_courriels/<str:number>/message/", letterbox.rich, name="letter"),
        path(
            "_courriels/<str:number>/piece/<int:index>/",
            letterbox.attachment,
            name="letter-attachment",
        ),
    ]
