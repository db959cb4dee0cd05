"""Every address, from every persona: one table, and no address missing from it.

404 hides what one may not know of, 403 explains, 405 is a button's address opened as a page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.actor import actor_for
from accounts.models import Membership, Organisation, Person, Team, TeamMembership
from config.lib.clock import now
from council.enums import ActKind, ActState, ActType, PublicationMode, SignatureMode
from council.models import (
    Act,
    AgendaItem,
    Convocation,
    Meeting,
    OralQuestion,
    PieceRequest,
)
from council.papers import edition_pieces
from council.services.acts.registers import register_of_mayor
from council.services.proof_making import make_proof
from documents.enums import LinkKind, Role
from documents.models import (
    AccessRequest,
    Arrival,
    Deadline,
    Document,
    EliminationLine,
    EliminationSlip,
    Envelope,
    Folder,
    ImportedFile,
    ImportRun,
    MailEntry,
)
from documents.rules.link_tokens import mint
from documents.services.linking import create_link
from documents.services.requesting_access import ask_access

PERSONAS = {
    "anonymous": None,
    "dgs": "nadia.morel",
    "agent": "julien.petit",
    "mayor": "michel.garnier",
    "elected": "nicolas.rey",
    "elsewhere": "sophie.bertin",
}
UNKNOWN = "00000000-0000-4000-8000-000000000000"

# Name: (what it is opened on, the answers to a GET from each persona in the order above).
TABLE = {
    "accounts:accent": ("org", "200 200 200 200 200 200"),
    "accounts:account": ("none", "302 200 200 200 200 200"),
    "accounts:agenda-feed": ("org", "302 200 200 200 200 404"),
    "accounts:agenda-ics": ("token", "404 404 404 404 404 404"),
    "accounts:agenda": ("org", "302 200 200 200 200 404"),
    "accounts:ask-reset": ("none", "200 200 200 200 200 200"),
    "accounts:confirm-email": ("token", "410 410 410 410 410 410"),
    "accounts:contact-change": ("none", "302 405 405 405 405 405"),
    "accounts:failure-retry": ("unknown", "302 405 405 405 405 404"),
    "accounts:failures": ("org", "302 200 403 403 403 404"),
    "accounts:follow": ("org", "302 405 405 405 405 404"),
    "accounts:handover": ("person", "302 200 403 403 403 404"),
    "accounts:home": ("org", "302 200 200 200 200 404"),
    "accounts:inbox": ("org", "302 200 200 200 200 404"),
    "accounts:inbox-open": ("unknown", "302 404 404 404 404 404"),
    "accounts:inbox-read": ("org", "302 405 405 405 405 404"),
    "accounts:interim": ("org", "302 200 403 200 403 404"),
    "accounts:journal": ("org", "302 200 403 403 403 404"),
    "accounts:letter": ("letter", "404 404 404 404 404 404"),
    "accounts:letter-attachment": ("attachment", "404 404 404 404 404 404"),
    "accounts:letterbox": ("none", "200 200 200 200 200 200"),
    "accounts:membership-end": ("belonging", "302 200 403 403 403 404"),
    "accounts:organisation": ("org", "302 200 403 403 403 404"),
    "accounts:password-change": ("none", "302 200 200 200 200 200"),
    "accounts:people": ("org", "302 200 403 403 403 404"),
    "accounts:people-import": ("org", "302 200 403 403 403 404"),
    "accounts:people-import-template": ("org", "302 200 403 403 403 404"),
    "accounts:person": ("person", "302 200 403 403 403 404"),
    "accounts:person-add": ("org", "302 200 403 403 403 404"),
    "accounts:person-add-known": ("org", "302 200 403 403 403 404"),
    "accounts:person-correct": ("person", "302 403 403 403 403 404"),
    "accounts:person-invite": ("person", "302 405 405 405 405 404"),
    "accounts:proposal-accept": ("bare", "302 405 405 405 405 405"),
    "accounts:proposal-decline": ("bare", "302 405 405 405 405 405"),
    "accounts:proposal-withdraw": ("unknown", "302 405 405 405 405 404"),
    "accounts:programme-revoke": ("bare", "302 405 405 405 405 405"),
    "accounts:programmes": ("none", "302 200 200 200 200 200"),
    "accounts:reset-sent": ("none", "200 200 200 200 200 200"),
    "accounts:rhythm-change": ("bare", "302 405 405 405 405 405"),
    "accounts:root": ("none", "302 302 302 302 302 302"),
    "accounts:session-close": ("bare", "302 405 405 405 405 405"),
    "accounts:sessions-close": ("none", "302 405 405 405 405 405"),
    "accounts:set-password": ("token", "410 410 410 410 410 410"),
    "accounts:sign-in": ("none", "200 302 302 302 302 302"),
    "accounts:sign-out": ("none", "405 405 405 405 405 405"),
    "accounts:standing": ("org", "302 200 403 200 403 404"),
    "accounts:switch": ("none", "302 200 200 200 200 200"),
    "accounts:team": ("team", "302 200 403 403 403 404"),
    "accounts:team-add": ("org", "302 200 403 403 403 404"),
    "accounts:team-archive": ("team", "302 200 403 403 403 404"),
    "accounts:team-remove": ("seat", "302 200 403 403 403 404"),
    "accounts:team-rename": ("team", "302 200 403 403 403 404"),
    "accounts:unsubscribe": ("token", "410 410 410 410 410 410"),
    "accounts:viewing-start": ("person", "302 200 403 403 403 404"),
    "accounts:viewing-stop": ("org", "302 405 405 405 405 404"),
    "council:absence": ("org", "302 200 200 200 200 404"),
    "council:absence-end": ("unknown", "302 405 405 405 405 404"),
    "council:advice-piece": ("unknown_piece", "302 404 404 404 404 404"),
    "council:advice-record": ("unknown", "302 404 404 404 404 404"),
    "council:advice-release": ("unknown", "302 405 405 405 405 404"),
    "council:brought": ("unknown", "302 404 404 404 404 404"),
    "council:session-bring": ("org", "302 200 403 403 403 404"),
    "council:bodies": ("org", "302 200 403 403 403 404"),
    "council:renewal": ("council_body", "302 200 404 404 404 404"),
    "council:replacement": ("body", "302 200 403 403 403 404"),
    "council:replacement-end": ("unknown", "302 405 405 405 405 404"),
    "council:sections": ("body", "302 200 403 403 403 404"),
    "council:section-begin": ("body", "302 405 405 405 405 404"),
    "council:section-order": ("body", "302 405 405 405 405 404"),
    "council:section-edit": ("unknown", "302 404 404 404 404 404"),
    "council:steps": ("body", "302 200 403 403 403 404"),
    "council:act": ("act", "302 200 200 200 200 404"),
    "council:act-archive": ("act_archive", "302 404 403 403 403 404"),
    "council:act-cancel": ("act", "302 200 403 403 403 404"),
    "council:act-create": ("order_kind", "302 200 200 403 403 404"),
    "council:act-edit": ("act_to_sign", "302 200 404 403 404 404"),
    "council:act-extract": ("act", "302 200 403 403 403 404"),
    "council:act-file": ("act", "302 200 200 200 200 404"),
    "council:act-list": ("org", "302 200 200 200 200 404"),
    "council:act-notification": ("act", "302 200 403 403 403 404"),
    "council:act-posting": ("act", "302 200 403 403 403 404"),
    "council:act-prefecture": ("act", "302 200 403 403 403 404"),
    "council:act-present": ("act", "302 200 403 403 403 404"),
    "council:act-publication": ("act", "302 200 403 403 403 404"),
    "council:act-redacted": ("act", "302 404 403 403 403 404"),
    "council:act-redaction": ("act", "302 200 403 403 403 404"),
    "council:acts-together": ("org", "302 200 403 403 403 404"),
    "council:meeting-titles": ("held", "302 200 403 403 403 404"),
    "council:act-scan": ("org", "302 200 403 403 403 404"),
    "council:act-send-back": ("act", "302 200 403 403 403 404"),
    "council:act-take-changes": ("act", "302 405 405 405 405 404"),
    "council:act-sign": ("act_to_sign", "302 403 404 200 404 404"),
    "council:act-signature": ("act", "302 200 403 403 403 404"),
    "council:act-transmission": ("act", "302 200 403 403 403 404"),
    "council:acts-waiting": ("org", "302 200 200 200 200 404"),
    "council:agree-piece": ("draft_piece", "302 403 403 403 404 404"),
    "council:amend-send": ("convened", "302 404 403 403 403 404"),
    "council:amend-setting": ("convened", "302 404 403 403 403 404"),
    "council:amendment-agree": ("convened", "302 403 403 200 403 404"),
    "council:amendment-piece": ("convened_piece", "302 403 403 404 403 404"),
    "council:cancellation-letter": ("convocation", "302 404 404 404 404 404"),
    "council:closing-file": ("held", "302 200 403 403 403 404"),
    "council:convocation-paper": ("convocation", "302 200 404 404 404 404"),
    "council:convocation-print": ("convocation", "302 200 404 404 404 404"),
    "council:convocation-retry": ("convocation", "302 405 405 405 405 404"),
    "council:follow-up": ("follow_up", "302 200 200 200 200 404"),
    "council:follow-up-change": ("follow_up", "302 200 403 200 403 404"),
    "council:follow-up-create": ("act", "302 200 403 200 403 404"),
    "council:follow-ups": ("org", "302 200 200 200 200 404"),
    "council:formalities": ("org", "302 200 403 403 403 404"),
    "council:former-list": ("org", "302 200 200 403 403 404"),
    "council:election-lists": ("council_body", "302 200 404 404 404 404"),
    "council:election-template": ("org", "302 200 403 403 403 404"),
    "council:mandate-end": ("a_mandate", "302 200 404 404 404 404"),
    "council:mandate-vacancy": ("a_mandate", "302 200 404 404 404 404"),
    "council:members": ("council_body", "302 200 404 404 404 404"),
    "council:informed": ("council_body", "302 200 404 404 404 404"),
    "council:informed-end": ("unknown", "302 405 405 405 405 404"),
    "council:informed-template": ("org", "302 200 403 403 403 404"),
    "council:meeting-copies": ("convened", "302 200 403 403 403 404"),
    "council:item-abandon": ("item", "302 405 405 405 405 404"),
    "council:item-ask-advice": ("item", "302 200 404 403 404 404"),
    "council:item-create": ("org", "302 200 200 403 403 404"),
    "council:item-detail": ("item", "302 200 404 200 404 404"),
    "council:item-edit": ("item", "302 200 404 403 404 404"),
    "council:item-join": ("item", "302 405 405 405 405 404"),
    "council:item-list": ("item", "302 405 405 405 405 404"),
    "council:item-bring": ("item", "302 200 404 403 404 404"),
    "council:item-pieces": ("item", "302 200 404 403 404 404"),
    "council:item-piece-order": ("item", "302 405 405 405 405 404"),
    "council:validate-piece": ("item_piece", "302 403 404 403 404 404"),
    "council:item-table": ("item", "302 405 405 405 405 404"),
    "council:item-move": ("item", "302 405 405 405 405 404"),
    "council:item-part": ("item", "302 405 405 405 405 404"),
    "council:item-preview": ("item", "302 200 404 200 404 404"),
    "council:item-propose": ("item", "302 405 405 405 405 404"),
    "council:item-ready": ("item", "302 405 405 405 405 404"),
    "council:item-resume": ("held_item", "302 200 200 403 403 404"),
    "council:item-return": ("item", "302 200 404 403 404 404"),
    "council:item-review": ("item", "302 405 405 405 405 404"),
    "council:item-skip": ("item", "302 200 404 403 404 404"),
    "council:item-validate": ("item", "302 403 404 403 404 404"),
    "council:item-text-file": ("item", "302 200 404 403 404 404"),
    "council:item-unlist": ("item", "302 405 405 405 405 404"),
    "council:item-use-text": ("item", "302 405 405 405 405 404"),
    "council:item-withdraw": ("item", "302 200 404 403 404 404"),
    "council:letter-preview": ("meeting", "302 404 403 403 404 404"),
    "council:meeting-acts": ("held", "302 405 405 405 405 404"),
    "council:meeting-after": ("held", "302 200 403 403 403 404"),
    "council:meeting-again": ("convened", "302 200 403 403 403 404"),
    "council:meeting-agree": ("meeting", "302 403 403 200 404 404"),
    "council:meeting-amend": ("convened", "302 200 403 403 403 404"),
    "council:meeting-ask": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-cancel": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-change": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-convene": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-create": ("org", "302 200 403 403 403 404"),
    "council:meeting-detail": ("meeting", "302 200 200 200 404 404"),
    "council:meeting-dossier": ("convened", "302 200 403 403 403 404"),
    "council:meeting-freeze": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-list": ("org", "302 200 200 200 200 404"),
    "council:meeting-order": ("meeting", "302 405 405 405 405 404"),
    "council:meeting-ordinary": ("meeting", "302 405 405 405 405 404"),
    "council:meeting-poster": ("held", "302 200 403 403 403 404"),
    "council:meeting-posting": ("held", "302 200 403 403 403 404"),
    "council:meeting-proof": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-report": ("held", "302 405 405 405 405 404"),
    "council:meeting-results": ("held", "302 200 403 403 403 404"),
    "council:meeting-unfreeze": ("meeting", "302 200 403 403 404 404"),
    "council:meeting-urgency": ("meeting", "302 200 403 403 404 404"),
    "council:question": ("oral_question", "302 200 404 200 200 404"),
    "council:question-note": ("convened", "302 200 403 403 403 404"),
    "council:request": ("piece_request", "302 200 404 200 200 404"),
    "council:request-note": ("convened", "302 200 403 403 403 404"),
    "council:requests": ("convened", "302 200 403 200 403 404"),
    "council:rehearsal-undo": ("meeting", "302 405 405 405 405 404"),
    "council:room": ("convened", "302 200 200 200 200 404"),
    "council:room-link": ("convened", "302 405 405 405 405 404"),
    "council:session-sheets": ("convened", "302 200 403 403 403 404"),
    "council:obligation-met": ("org", "302 405 405 405 405 404"),
    "council:year-services": ("org", "302 405 405 405 405 404"),
    "council:obligation-propose": ("org", "302 405 405 405 405 404"),
    "council:obligations": ("org", "302 200 200 403 403 404"),
    "council:answer-note": ("meeting", "302 200 403 403 404 404"),
    "council:proof-file": ("proof", "302 200 403 403 403 404"),
    "council:proof-make": ("meeting", "302 405 405 405 405 404"),
    "council:proof-stamp": ("proof", "302 404 403 403 403 404"),
    "council:meeting-remind": ("convened", "302 200 403 403 403 404"),
    "council:reminder-days": ("convened", "302 405 405 405 405 404"),
    "council:meeting-round": ("convened", "302 200 403 403 403 404"),
    "council:round-give": ("convened", "302 405 405 405 405 404"),
    "council:round-order": ("convened", "302 405 405 405 405 404"),
    "council:round-plans": ("convened", "302 404 403 403 403 404"),
    "council:round-print": ("convened", "302 200 403 403 403 404"),
    "council:round-scan": ("convened", "302 405 405 405 405 404"),
    "council:round-sheet": ("convened", "302 200 403 403 403 404"),
    "council:returns-hook": ("org", "302 200 403 403 403 404"),
    "council:returns-take": ("org", "405 405 405 405 405 405"),
    "council:session": ("convened", "302 200 403 403 403 404"),
    "council:session-cancel": ("an_entry", "302 405 405 405 405 404"),
    "council:session-enter": ("convened", "302 405 405 405 405 404"),
    "council:session-rehearsal": ("meeting", "302 200 403 403 404 404"),
    "council:minutes": ("held", "302 200 403 403 403 404"),
    "council:minutes-draft": ("held", "302 405 405 405 405 404"),
    "council:minutes-file": ("held", "302 200 403 403 403 404"),
    "council:minutes-print": ("held", "302 405 405 405 405 404"),
    "council:minutes-redaction": ("held", "302 200 403 403 403 404"),
    "council:minutes-redacted": ("held", "302 404 403 403 403 404"),
    "council:list-redaction": ("held", "302 200 403 403 403 404"),
    "council:list-redacted": ("held", "302 404 403 403 403 404"),
    "council:minutes-publish": ("held", "302 200 403 403 403 404"),
    "council:minutes-section": ("held_section", "302 200 403 403 403 404"),
    "council:minutes-settle": ("held", "302 200 403 403 403 404"),
    "council:minutes-sign": ("held", "302 200 403 403 403 404"),
    "council:posting-certificate": ("unknown", "302 404 404 404 404 404"),
    "council:proxy-confirm": ("unknown", "302 405 405 405 405 404"),
    "council:register": ("act_register", "302 200 404 404 404 404"),
    "council:register-bind": ("act_register_year", "302 405 405 405 405 404"),
    "council:register-file": ("act_register_year", "302 404 404 404 404 404"),
    "council:register-folder": ("act_register", "302 200 404 404 404 404"),
    "council:register-model": ("act_register", "302 200 404 404 404 404"),
    "council:point-templates": ("org", "302 200 403 403 403 404"),
    "council:point-template-add": ("org", "302 200 403 403 403 404"),
    "council:point-template-begin": ("org", "302 405 405 405 405 404"),
    "council:point-template-edit": ("unknown", "302 404 403 403 403 404"),
    "council:point-template-remove": ("unknown", "302 405 405 405 405 404"),
    "council:snippet-add": ("org", "302 200 403 403 403 404"),
    "council:snippet-begin": ("org", "302 405 405 405 405 404"),
    "council:snippet-edit": ("unknown", "302 404 404 404 404 404"),
    "council:snippet-remove": ("unknown", "302 405 405 405 405 404"),
    "council:snippets": ("org", "302 200 403 403 403 404"),
    "council:results-file": ("held", "302 200 403 403 403 404"),
    "documents:access-answer": ("asked", "302 200 404 404 404 404"),
    "documents:activity": ("document", "302 200 403 404 404 404"),
    "documents:arrival": ("arrival", "302 200 404 404 404 404"),
    "documents:arrival-discard": ("arrival", "302 405 405 405 405 404"),
    "documents:arrival-download": ("arrival", "302 200 404 404 404 404"),
    "documents:arrival-take-back": ("arrival", "302 405 405 405 405 404"),
    "documents:arrival-view": ("arrival", "302 200 404 404 404 404"),
    "documents:arrivals": ("org", "302 200 403 403 403 404"),
    "documents:arrivals-bulk": ("org", "302 405 405 405 405 404"),
    "documents:arrivals-deposit": ("org", "302 405 405 405 405 404"),
    "documents:arrivals-photo": ("org", "302 200 403 403 403 404"),
    "documents:photo": ("folder", "302 200 200 404 404 404"),
    "documents:photo-pages": ("photos", "302 200 404 404 404 404"),
    "documents:arrivals-settings": ("org", "302 200 403 403 403 404"),
    "documents:compare": ("document", "302 200 200 404 404 404"),
    "documents:bulk": ("org", "302 405 405 405 405 404"),
    "documents:bulk-copy": ("org", "302 200 200 200 200 404"),
    "documents:bulk-label": ("org", "302 200 200 200 200 404"),
    "documents:bulk-move": ("org", "302 200 200 200 200 404"),
    "documents:comment-delete": ("comment", "302 405 405 405 405 404"),
    "documents:comment-edit": ("comment", "302 403 200 404 404 404"),
    "documents:comment-reply": ("comment", "302 405 405 405 405 404"),
    "documents:comment-settle": ("comment", "302 405 405 405 405 404"),
    "documents:comments": ("document", "302 200 200 404 404 404"),
    "documents:deadline": ("deadline", "302 200 200 404 404 404"),
    "documents:deadline-done": ("deadline", "302 405 405 405 405 404"),
    "documents:deadline-remove": ("deadline", "302 405 405 405 405 404"),
    "documents:deadline-renew": ("deadline", "302 405 405 405 405 404"),
    "documents:deadlines": ("org", "302 200 200 200 200 404"),
    "documents:document": ("document", "302 200 200 404 404 404"),
    "documents:document-deadlines": ("document", "302 200 200 404 404 404"),
    "documents:document-labels": ("document", "302 200 200 404 404 404"),
    "documents:document-move": ("document", "302 200 200 404 404 404"),
    "documents:document-owner": ("document", "302 200 200 404 404 404"),
    "documents:document-open": ("document", "302 200 200 404 404 404"),
    "documents:document-rename": ("document", "302 200 200 404 404 404"),
    "documents:document-restore": ("document", "302 405 405 405 405 404"),
    "documents:document-rights": ("document", "302 200 200 404 404 404"),
    "documents:document-share": ("document", "302 200 200 404 404 404"),
    "documents:document-template": ("document", "302 405 405 405 405 404"),
    "documents:document-trash": ("document", "302 405 405 405 405 404"),
    "documents:envelope-mail": ("envelope", "302 405 405 405 405 404"),
    "documents:envelope-release": ("envelope", "302 405 405 405 405 404"),
    "documents:drive": ("org", "401 401 401 401 401 401"),
    "documents:drive-bare": ("org", "401 401 401 401 401 401"),
    "documents:drive-help": ("org", "302 200 200 200 200 404"),
    "documents:drive-path": ("module", "401 401 401 401 401 401"),
    "documents:drive-top": ("none", "404 404 404 404 404 404"),
    "documents:edit": ("document", "302 200 200 404 404 404"),
    "documents:drop-open": ("folder", "302 200 200 404 404 404"),
    "documents:drop-receipt": ("no_receipt", "404 404 404 404 404 404"),
    "documents:folder": ("folder", "302 200 200 404 404 404"),
    "documents:folder-address": ("folder", "302 200 403 404 404 404"),
    "documents:folder-comments": ("folder", "302 200 403 404 404 404"),
    "documents:folder-create": ("folder", "302 200 200 404 404 404"),
    "documents:folder-keeping": ("folder", "302 200 403 404 404 404"),
    "documents:folder-move": ("folder", "302 200 200 404 404 404"),
    "documents:folder-open": ("folder", "302 200 200 404 404 404"),
    "documents:folder-rename": ("folder", "302 200 200 404 404 404"),
    "documents:folder-restore": ("folder", "302 405 405 405 405 404"),
    "documents:folder-rights": ("folder", "302 200 200 404 404 404"),
    "documents:folder-share": ("folder", "302 200 200 404 404 404"),
    "documents:folder-template": ("folder", "302 405 405 405 405 404"),
    "documents:folder-trash": ("folder", "302 405 405 405 405 404"),
    "documents:import": ("import", "302 200 404 404 404 404"),
    "documents:import-zip": ("folder", "302 200 200 404 404 404"),
    "documents:refile": ("document", "302 200 200 404 404 404"),
    "documents:register": ("org", "302 200 403 403 403 404"),
    "documents:register-add": ("org", "302 200 403 403 403 404"),
    "documents:register-done": ("letter_line", "302 405 405 405 405 404"),
    "documents:register-entry": ("letter_line", "302 200 404 404 404 404"),
    "documents:register-export": ("org", "302 200 403 403 403 404"),
    "documents:opened": ("token", "404 404 404 404 404 404"),
    "documents:opened-file": ("opened", "404 404 404 404 404 404"),
    "documents:reservation-break": ("document", "302 405 405 405 405 404"),
    "documents:reservation-release": ("document", "302 405 405 405 405 404"),
    "documents:outside-all": ("shared", "405 405 405 405 405 405"),
    "documents:outside-drop": ("drop", "200 200 200 200 200 200"),
    "documents:outside-file": ("shared_file", "405 405 405 405 405 405"),
    "documents:outside-links": ("org", "302 200 200 200 200 404"),
    "documents:outside-policy": ("org", "302 200 403 403 403 404"),
    "documents:outside-revoke": ("unknown", "302 405 405 405 405 404"),
    "documents:outside-share": ("shared", "200 200 200 200 200 200"),
    "documents:reserve": ("document", "302 200 200 404 404 404"),
    "documents:link": ("folder", "302 302 302 200 200 404"),
    # Of a document that is no message: the messages' own tests open them.
    "documents:mail-piece": ("no_piece", "302 404 404 404 404 404"),
    "documents:mail-piece-file": ("no_piece", "302 405 405 405 405 404"),
    "documents:opinion-answer": ("opinion", "302 200 403 404 404 404"),
    "documents:opinion-cancel": ("opinion", "302 405 405 405 405 404"),
    "documents:opinion-decline": ("opinion", "302 405 405 405 405 404"),
    "documents:opinions": ("document", "302 200 200 404 404 404"),
    "documents:root": ("org", "302 200 200 302 302 404"),
    "documents:search": ("org", "302 200 200 200 200 404"),
    "documents:seen-by": ("person", "302 200 403 403 403 404"),
    "documents:shared": ("org", "302 200 200 200 200 404"),
    "documents:slip": ("slip", "302 200 404 404 404 404"),
    "documents:slip-print": ("slip", "302 200 404 404 404 404"),
    "documents:slips": ("org", "302 200 403 403 403 404"),
    "documents:start-from": ("folder", "302 200 200 404 404 404"),
    "documents:trash": ("org", "302 200 200 200 200 404"),
    "documents:undo": ("unknown", "302 405 405 405 405 404"),
    "documents:upload": ("folder", "302 200 200 404 404 404"),
    "documents:upload-confirm": ("folder", "302 405 405 405 405 404"),
    "documents:upload-finish": ("sending", "302 405 405 405 405 404"),
    "documents:upload-part": ("sending", "302 405 405 405 405 404"),
    "documents:upload-parts": ("folder", "302 405 405 405 405 404"),
    "documents:upload-prepare": ("folder", "302 405 405 405 405 404"),
    "documents:version": ("old_version", "302 200 200 404 404 404"),
    "documents:version-add": ("document", "302 200 200 404 404 404"),
    "documents:version-download": ("version", "302 200 200 404 404 404"),
    "documents:version-read-again": ("version", "302 405 405 405 405 404"),
    "documents:version-restore": ("version", "302 405 405 405 405 404"),
    "documents:version-view": ("version", "302 200 200 404 404 404"),
    "documents:versions": ("document", "302 200 200 404 404 404"),
    "health": ("none", "200 200 200 200 200 200"),
    "portal:answer": ("dossier", "404 404 404 404 405 404"),
    "portal:ask-piece": ("dossier", "404 404 404 404 303 404"),
    "portal:ask-question": ("dossier", "404 404 404 404 303 404"),
    "portal:calendar": ("dossier", "404 404 404 404 200 404"),
    "portal:convocation": ("dossier", "404 404 404 404 200 404"),
    "portal:follow-ups": ("dossier", "404 404 404 404 200 404"),
    "portal:given-piece": ("unknown_given", "404 404 404 404 404 404"),
    "portal:gate": ("token", "404 404 404 404 404 404"),
    "portal:home": ("dossier", "404 404 404 404 200 404"),
    "portal:interest-forget": ("unknown_given", "404 404 404 404 405 404"),
    "portal:interests": ("dossier", "404 404 404 404 200 404"),
    "portal:point-where": ("dossier_point", "404 404 404 404 302 404"),
    "portal:withdrawal": ("dossier_point", "404 404 404 404 405 404"),
    "portal:leave": ("dossier", "404 404 404 404 405 404"),
    "portal:mine": ("none", "302 200 200 200 200 200"),
    "portal:new-link": ("token", "405 405 405 405 405 405"),
    "portal:my-notes": ("none", "302 200 200 200 200 200"),
    "portal:my-notes-file": ("none", "302 200 200 200 200 200"),
    "portal:not-me": ("token", "200 200 200 200 200 200"),
    "portal:note-piece": ("dossier_piece", "404 404 404 404 405 404"),
    "portal:note-point": ("dossier_point", "404 404 404 404 405 404"),
    "portal:notes": ("dossier", "404 404 404 404 200 404"),
    "portal:notes-file": ("dossier", "404 404 404 404 200 404"),
    "portal:open": ("dossier", "404 404 404 404 405 404"),
    "portal:piece": ("dossier_piece", "404 404 404 404 200 404"),
    "portal:piece-download": ("dossier_piece", "404 404 404 404 200 404"),
    "portal:proxy": ("dossier", "404 404 404 404 303 404"),
    "portal:read": ("dossier", "404 404 404 404 200 404"),
    "portal:read-piece": ("dossier_piece", "404 404 404 404 200 404"),
    "portal:read-point": ("dossier_point", "404 404 404 404 200 404"),
    "portal:receipt": ("dossier", "404 404 404 404 200 404"),
    "portal:rights": ("dossier", "404 404 404 404 200 404"),
    "portal:room-screen": ("token", "404 404 404 404 404 404"),
    "portal:session-worker": ("none", "200 200 200 200 200 200"),
    "portal:take-notes": ("token", "410 410 410 410 410 410"),
    "portal:whole": ("dossier", "404 404 404 404 200 404"),
    "public:act": ("public_act", "200 200 200 200 200 200"),
    "public:act-text": ("public_act", "200 200 200 200 200 200"),
    "public:acts": ("org", "200 200 200 200 200 200"),
    "public:deliberations": ("org", "200 200 200 200 200 200"),
    "public:feed": ("org", "200 200 200 200 200 200"),
    "public:home": ("org", "200 200 200 200 200 200"),
    "public:list": ("unknown", "404 404 404 404 404 404"),
    "public:meeting": ("convened", "200 200 200 200 200 200"),
    "public:meetings": ("org", "200 200 200 200 200 200"),
    "public:minutes": ("unknown", "404 404 404 404 404 404"),
    "public:oparl": ("org", "200 200 200 200 200 200"),
    "public:oparl-list": ("oparl_list", "200 200 200 200 200 200"),
    "public:oparl-object": ("oparl_object", "200 200 200 200 200 200"),
    "public:sitemap": ("org", "200 200 200 200 200 200"),
    "training:home": ("org", "302 200 200 200 200 404"),
    "training:module": ("module", "302 302 302 302 302 404"),
    "training:public": ("public", "200 200 200 200 200 200"),
    "training:step": ("step", "302 200 200 200 200 404"),
    "ui-gallery": ("none", "200 200 200 200 200 200"),
    "ui-layout": ("layout", "200 200 200 200 200 200"),
}


def _names(resolver: URLResolver | None = None, space: str = "") -> Iterator[str]:
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            if entry.namespace != "admin":  # its own walk: test_registry_admin.py
                yield from _names(entry, f"{space}{entry.namespace}:" if entry.namespace else space)
        elif isinstance(entry, URLPattern):
            yield f"{space}{entry.name}"


def test_no_address_is_missing_from_the_table() -> None:
    assert sorted(TABLE) == sorted(set(_names()))


def _proof_of(meeting: Meeting) -> int:
    nadia = Person.objects.get(identifier="nadia.morel")
    actor = actor_for(nadia, meeting.organisation, now=now())
    assert actor is not None
    return make_proof(actor=actor, meeting=meeting, now=now()).n


def _subjects() -> dict[str, list[object]]:
    """What each address is opened on: rows of the demonstration's commune."""
    organisation = Organisation.objects.get(slug="saint-aubin")
    org = organisation.slug
    document = Document.objects.get(organisation=organisation, title="PLU règlement zone UB.pdf")
    assert document.current_version is not None
    meetings = Meeting.objects.filter(organisation=organisation, assembly__kind="municipal_council")
    convocation = (
        Convocation.objects.filter(
            organisation=organisation,
            person__identifier="nicolas.rey",
            accepted_at__isnull=False,
            edition__pieces__isnull=False,
        )
        .order_by("meeting__starts_at", "pk")
        .first()
    )
    assert convocation is not None
    convened = convocation.meeting
    preparing = meetings.exclude(convocations__isnull=False).order_by("-starts_at").first()
    assert preparing is not None
    item = AgendaItem.objects.filter(meeting=preparing).order_by("pk").first()
    assert item is not None
    act = Act.objects.filter(organisation=organisation, state="in_force", item__isnull=False)[0]
    to_sign = Act.objects.get(organisation=organisation, state="to_sign", kind="order")
    assert act.item is not None
    held = act.item.meeting
    assert held is not None
    julien = Person.objects.get(identifier="julien.petit")
    team = Team.objects.get(organisation=organisation, label="Urbanisme")
    piece = edition_pieces(convocation.edition)[0]
    arrival = Arrival.objects.get(organisation=organisation, name="facture_10204518772.pdf")
    letter_line = MailEntry.objects.get(organisation=organisation, number=1)
    urbanisme = Folder.objects.get(organisation=organisation, name="Urbanisme")
    return {
        "none": [],
        "org": [org],
        "bare": [UNKNOWN],
        "unknown": [org, UNKNOWN],
        "token": ["n-importe-quoi"],
        "opened": ["n-importe-quoi", "Rapport.docx"],
        "letter": ["0"],
        "attachment": ["0", "0"],
        "layout": ["app"],
        "folder": [org, urbanisme.uid],
        "sending": [org, urbanisme.uid, UNKNOWN],
        "document": [org, document.uid],
        "shared": [_shared(document)],
        "drop": [_shared(document.folder, LinkKind.DROP)],
        "no_receipt": [_shared(document.folder, LinkKind.DROP), UNKNOWN],
        "shared_file": [_shared(document), document.uid],
        "asked": [org, _asked(document).uid],
        "version": [org, document.current_version.uid],
        "no_piece": [org, document.current_version.uid, 1],
        "comment": [org, document.comments.get(author=julien, thread=None).uid],
        "opinion": [org, document.opinions.get().uid],
        "old_version": [org, document.versions.get(number=1).uid],
        "meeting": [org, preparing.uid],
        "draft_piece": [org, preparing.uid, document.uid],
        "convened": [org, convened.uid],
        "council_body": [org, convened.assembly.uid],
        "a_mandate": [org, convocation.mandate.uid],
        "proof": [org, convened.uid, _proof_of(convened)],
        "convened_piece": [org, convened.uid, document.uid],
        "an_entry": [org, convened.uid, UNKNOWN],
        "act": [org, act.uid],
        "act_archive": [org, act.uid, UNKNOWN],
        "act_to_sign": [org, to_sign.uid],
        "follow_up": [org, act.follow_ups.earliest("pk").uid],
        "act_register": [org, act.register.uid],
        "act_register_year": [org, act.register.uid, 2026],
        "order_kind": [org, "arrete"],
        "oparl_list": [org, "meetings"],
        "oparl_object": [org, "bodies", organisation.uid],
        "held": [org, held.uid],
        "body": [org, held.assembly.uid],
        "held_item": [org, AgendaItem.objects.filter(meeting=held, act__isnull=False)[0].uid],
        "held_section": [org, held.uid, held.minutes.sections.exclude(item=None)[0].uid],
        "item": [org, item.uid],
        "unknown_piece": [org, UNKNOWN, document.uid],
        "item_piece": [org, item.uid, document.uid],
        "convocation": [org, convocation.uid],
        "dossier": [convocation.uid],
        "unknown_given": [convocation.uid, UNKNOWN],
        "piece_request": [org, PieceRequest.objects.get(organisation=organisation).uid],
        "oral_question": [org, OralQuestion.objects.get(organisation=organisation).uid],
        "dossier_point": [convocation.uid, piece.item.uid],
        "dossier_piece": [convocation.uid, piece.uid],
        "slip": [org, _a_slip(organisation).uid],
        "import": [org, _an_import(organisation).uid],
        "arrival": [org, arrival.uid],
        "envelope": [org, arrival.envelope.uid],
        "photos": [org, _photos(organisation).uid],
        "letter_line": [org, letter_line.uid],
        "deadline": [org, Deadline.objects.get(document=document).uid],
        "person": [org, julien.uid],
        "team": [org, team.uid],
        "seat": [org, TeamMembership.objects.get(team=team, person=julien).uid],
        "belonging": [org, Membership.objects.get(organisation=organisation, person=julien).uid],
        "module": [org, "nommer-et-classer"],
        "step": [org, "nommer-et-classer", 1],
        "public": ["nommer-et-classer"],
        "public_act": [org, _put_online(document).uid],
    }


def _put_online(document: Document) -> Act:
    """An order of the mayor that anybody may read."""
    at = now()
    return Act.objects.create(
        organisation=document.organisation,
        register=register_of_mayor(document.organisation, ActKind.ORDER, now=at),
        kind=ActKind.ORDER,
        type=ActType.TRAFFIC,
        transmissible=False,
        title="Stationnement place du Marché",
        state=ActState.SIGNED,
        year=2025,
        number=1,
        dated="2025-12-01",
        signed_on="2025-12-01",
        signature_mode=SignatureMode.PAPER,
        signatory=Person.objects.get(identifier="michel.garnier"),
        published_on="2025-12-01",
        publication_mode=PublicationMode.ELECTRONIC,
        published_version=document.current_version,
        created_at=at,
        changed_at=at,
    )


def _a_slip(organisation: Organisation) -> EliminationSlip:
    """One that waits for its visa."""
    slip = EliminationSlip.objects.create(
        organisation=organisation,
        year=2026,
        number=1,
        created_by=Person.objects.get(identifier="nadia.morel"),
        created_at=timezone.now(),
    )
    EliminationLine.objects.create(
        organisation=organisation,
        slip=slip,
        title="Courrier 2004.pdf",
        place="Documents › Courrier",
        first_date="2004-03-01",
        last_date="2004-03-01",
        versions=1,
        size=1200,
        sha256="0" * 64,
    )
    return slip


def _an_import(organisation: Organisation) -> ImportRun:
    """One that the DGS started, with a file that was refused."""
    now = timezone.now()
    run = ImportRun.objects.create(
        organisation=organisation,
        folder=Folder.objects.get(organisation=organisation, name="Urbanisme"),
        kind="zip",
        label="plans.zip",
        source="none",
        started_by=Person.objects.get(identifier="nadia.morel"),
        state="done",
        started_at=now,
        ended_at=now,
    )
    ImportedFile.objects.create(
        organisation=organisation,
        run=run,
        path="plans/vide.pdf",
        size=0,
        outcome="left",
        reason="Fichier vide.",
    )
    return run


def _photos(organisation: Organisation) -> Envelope:
    """Pages of which the DGS made a PDF that waits, one of them unreadable."""
    return Envelope.objects.create(
        organisation=organisation,
        source="photo",
        source_key="photo:1",
        received_at=timezone.now(),
        subject="Attestation d’assurance",
        brought_by=Person.objects.get(identifier="nadia.morel"),
        notice="Photo 2 laissée de côté : Ce fichier est tronqué : il manque la fin.",
    )


def _shared(obj: Folder | Document, kind: LinkKind = LinkKind.SHARE) -> str:
    """The secret of a link that Julien opens to somebody outside."""
    at = now()
    actor = actor_for(Person.objects.get(identifier="julien.petit"), obj.organisation, now=at)
    assert actor is not None
    link = create_link(
        actor=actor,
        obj=obj,
        kind=kind,
        label="Cabinet Durand",
        last_day=actor.today,
        now=at,
    )
    return mint(link.uid)


def _asked(document: Document) -> AccessRequest:
    """The mayor asks for a document, as a link lets them."""
    mayor = Person.objects.get(identifier="michel.garnier")
    at = now()
    actor = actor_for(mayor, document.organisation, now=at)
    assert actor is not None
    return ask_access(actor=actor, obj=document, wanted=Role.READER, message="", now=at)


@pytest.mark.django_db
def test_every_address_answers_each_persona_as_the_table_says(
    demonstration: Callable[[], None],
) -> None:
    demonstration()
    subjects = _subjects()
    clients = {}
    for persona, identifier in PERSONAS.items():
        clients[persona] = Client(raise_request_exception=False)
        if identifier:
            clients[persona].force_login(Person.objects.get(identifier=identifier))
    wrong = []
    for name, (subject, answers) in TABLE.items():
        address = reverse(name, args=subjects[subject])
        for persona, expected in zip(PERSONAS, answers.split(), strict=True):
            response = clients[persona].get(address)
            if response.streaming:
                b"".join(response.streaming_content)
            if str(response.status_code) != expected:
                wrong.append(f"{name} for {persona}: {response.status_code}, not {expected}")
    assert not wrong, "\n".join(wrong)
