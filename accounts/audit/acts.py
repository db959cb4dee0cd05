"""What people and organisations do that is worth keeping."""

from accounts.audit.registry import verb

MEMBERSHIP_STARTED = verb("accounts.membership.started", "a ajouté la personne")
MEMBERSHIP_CHANGED = verb("accounts.membership.changed", "a modifié l’appartenance de")
MEMBERSHIP_ENDED = verb("accounts.membership.ended", "a mis fin à l’appartenance de")
TEAM_CREATED = verb("accounts.team.created", "a créé l’équipe")
TEAM_RENAMED = verb("accounts.team.renamed", "a renommé l’équipe")
TEAM_ARCHIVED = verb("accounts.team.archived", "a archivé l’équipe")
TEAM_JOINED = verb("accounts.team.joined", "a ajouté à une équipe")
TEAM_DATED = verb("accounts.team.dated", "a daté la présence dans une équipe de")
TEAM_LEFT = verb("accounts.team.left", "a retiré d’une équipe")
PERSON_CREATED = verb("accounts.person.created", "a créé la fiche de")
PERSON_CHANGED = verb("accounts.person.changed", "a modifié la fiche de")
PERSON_INVITED = verb("accounts.person.invited", "a invité")
INVITATION_SENT = verb("accounts.invitation.sent", "a proposé de rejoindre l’organisation à")
INVITATION_ACCEPTED = verb("accounts.invitation.accepted", "a accepté de rejoindre")
INVITATION_WITHDRAWN = verb("accounts.invitation.withdrawn", "a retiré la proposition faite à")
VIEWING_STARTED = verb("accounts.viewing.started", "a commencé à voir comme")
VIEWING_STOPPED = verb("accounts.viewing.stopped", "a cessé de voir comme")
PASSWORD_CHANGED = verb("accounts.password.changed", "a changé son mot de passe")
PASSWORD_RESET_ASKED = verb("accounts.password.reset_asked", "a demandé un nouveau mot de passe")
SIGNED_IN = verb("accounts.session.opened", "a ouvert une session")
SIGNED_OUT = verb("accounts.session.closed", "a fermé sa session")
SESSION_CLOSED = verb("accounts.session.revoked", "a fermé une session")
EMAIL_CONFIRMED = verb("accounts.email.confirmed", "a confirmé recevoir ses courriels")
ORGANISATION_CHANGED = verb("accounts.organisation.changed", "a modifié la fiche de")
JOB_RETRIED = verb("accounts.job.retried", "a relancé un traitement")
APPLICATION_PASSWORD_MADE = verb(
    "accounts.application_password.made", "a créé un mot de passe d’application"
)
APPLICATION_PASSWORD_REVOKED = verb(
    "accounts.application_password.revoked", "a retiré un mot de passe d’application"
)
INTERIM_PROPOSED = verb("accounts.interim.proposed", "a proposé :")
INTERIM_NAMED = verb("accounts.interim.named", "a nommé :")
INTERIM_ENDED = verb("accounts.interim.ended", "a arrêté :")
FEED_OPENED = verb("accounts.feed.opened", "a ouvert une adresse pour lire son agenda")
FEED_CLOSED = verb("accounts.feed.closed", "a fermé l’adresse qui lisait son agenda")
HANDED_OVER = verb("accounts.person.handed_over", "a confié à quelqu’un d’autre ce que suivait")
