from accounts.models.audit import AuditAddress, AuditEntry, AuditLabel, AuditSeal
from accounts.models.feeds import CalendarFeed
from accounts.models.interim import Interim
from accounts.models.invitation import Invitation
from accounts.models.membership import Membership, Team, TeamMembership
from accounts.models.messages import Follow, Mail, Notification, Preference
from accounts.models.organisation import Organisation
from accounts.models.person import Person
from accounts.models.signin import ApplicationPassword, FailedSignIn, SignedInSession
from accounts.models.viewing import Viewing

__all__ = [
    "ApplicationPassword",
    "AuditAddress",
    "AuditEntry",
    "AuditLabel",
    "AuditSeal",
    "CalendarFeed",
    "FailedSignIn",
    "Follow",
    "Interim",
    "Invitation",
    "Mail",
    "Membership",
    "Notification",
    "Organisation",
    "Person",
    "Preference",
    "SignedInSession",
    "Team",
    "TeamMembership",
    "Viewing",
]
