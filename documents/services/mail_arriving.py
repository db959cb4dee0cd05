"""What becomes of one mail: to the bin, straight into a folder, held, or left alone.

Nobody's word is taken for who they are: the sender must be a colleague of the organisation whose
address was confirmed, and our own mail server must have found that the mail comes from there.
Otherwise it is held: nobody opens it before a person of the bin has vouched for it.
"""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.conf import settings
from django.db import transaction

from accounts.actor import actor_for
from accounts.models import Membership, Organisation, Person
from accounts.services import returns
from config.lib.access import Refused
from config.lib.clock import local_date
from config.lib.text import clean_name
from config.work.registry import Retry
from documents.enums import ArrivalSource, ArrivalState
from documents.models import ArrivalAddress, Envelope, FetchedMail, Folder
from documents.rules.mail_parts import Mail, read_mail, words_sent_to
from documents.rules.mail_proof import is_proved
from documents.services import arriving, filing, sorting
from documents.services.arriving import Parcel
from documents.services.filing import BadName, FileTooLarge, NoRoomLeft, NotFiled, Received

# What is noted of each message of the mailbox.
BROUGHT, HELD, AUTOMATIC, UNKNOWN, ALREADY = "brought", "held", "automatic", "unknown", "already"


def take_mail(
    *, raw: bytes, whole: bool, mailbox: str, uid_validity: int, number: int, now: datetime
) -> str:
    """Deal with one message of the mailbox; returns what was decided. May run twice.

    Raises Retry when the disk is full: the message is read again later, and those after it wait.
    """
    mail = read_mail(raw)
    addresses = _addresses(mail) if settings.ARRIVALS_ADDRESS else []
    received: list[Received] = []
    original: Received | None = None
    if addresses and not mail.automatic:
        received, original = _received(mail, raw, whole)
    with transaction.atomic():
        _, new = FetchedMail.objects.get_or_create(
            mailbox=mailbox,
            uid_validity=uid_validity,
            message_number=number,
            defaults={"outcome": UNKNOWN, "at": now},
        )
        if not new:
            return ALREADY
        outcome = UNKNOWN
        # What a server says of our own message is about that message, wherever it came.
        reported = returns.take_report(raw, now=now) if whole and mail.automatic else ""
        if reported == returns.NOTED:
            outcome = reported
        elif addresses and mail.automatic:
            outcome = AUTOMATIC
        elif original is not None:
            outcomes = [_bring(mail, one, received, original, whole, now) for one in addresses]
            outcome = max(outcomes, key=[ALREADY, HELD, BROUGHT].index)
        FetchedMail.objects.filter(
            mailbox=mailbox, uid_validity=uid_validity, message_number=number
        ).update(outcome=outcome)
    return outcome


def _addresses(mail: Mail) -> list[ArrivalAddress]:
    words = words_sent_to(mail, settings.ARRIVALS_ADDRESS)
    if not words:
        return []
    found = ArrivalAddress.objects.filter(token__in=words, closed_at=None)
    return list(found.select_related("organisation", "folder").order_by("pk"))


def _received(mail: Mail, raw: bytes, whole: bool) -> tuple[list[Received], Received]:
    """The files on disk, and the mail itself: what is brought when nothing is attached to it."""
    subject = clean_name(mail.subject)[:120] or "Message sans objet"
    try:
        original = filing.receive(BytesIO(raw), f"{subject}.eml")
    except BadName:
        original = filing.receive(BytesIO(raw), "Message.eml")
    except NoRoomLeft as full:
        raise Retry(str(full)) from full
    received = []
    for rank, file in enumerate(mail.files if whole else (), 1):
        try:
            received.append(filing.receive(BytesIO(file.content), file.name))
        except BadName:
            received.append(filing.receive(BytesIO(file.content), f"Pièce jointe {rank}"))
        except FileTooLarge:
            continue  # still inside the mail, which is kept
        except NoRoomLeft as full:
            raise Retry(str(full)) from full
    return received or [original], original


def _bring(
    mail: Mail,
    address: ArrivalAddress,
    received: list[Received],
    original: Received,
    whole: bool,
    now: datetime,
) -> str:
    organisation = address.organisation
    people = _colleagues(organisation, mail.sender_address, now)
    held = _why_held(mail, people)
    sender = people[0] if len(people) == 1 and not held else None
    known = not held and (mail.author_name or mail.author_address)
    envelope = arriving.bring(
        organisation=organisation,
        parcel=Parcel(
            source=ArrivalSource.MAIL,
            key=f"mail:{mail.key}:{address.pk}",
            files=received,
            sender_name=mail.author_name if known else mail.sender_name,
            sender_address=mail.author_address if known else mail.sender_address,
            subject=mail.subject,
            body=mail.body,
            folder=address.folder,
            brought_by=sender,
            original=original if original is not received[0] else None,
            held_reason=held,
            notice=_notice(mail, whole),
        ),
        now=now,
    )
    if envelope is None:
        return ALREADY
    if held:
        return HELD
    if address.folder is not None and sender is not None:
        _file_at_once(envelope, address.folder, sender, now)
    return BROUGHT


def _colleagues(organisation: Organisation, address: str, now: datetime) -> list[Person]:
    """Current members whose confirmed address this is (a couple may share one)."""
    if not address:
        return []
    day = local_date(now, organisation.timezone)
    current = Membership.objects.current(day).filter(organisation=organisation)
    return list(
        Person.objects.filter(
            pk__in=current.values("person"),
            is_active=True,
            email__iexact=address,
            email_confirmed_at__isnull=False,
        ).order_by("pk")
    )


def _why_held(mail: Mail, people: list[Person]) -> str:
    """Why nobody may open it yet; empty when the sender is proved."""
    if mail.senders != 1:
        return "Ce message n’a pas un expéditeur et un seul."
    if not people:
        return f"L’adresse {mail.sender_address} n’est celle d’aucun de vos collègues."
    if not settings.IMAP_AUTHSERV_ID:
        return (
            "Le serveur ne dit pas encore quels expéditeurs il a vérifiés : "
            "votre hébergeur doit renseigner IMAP_AUTHSERV_ID."
        )
    proved = is_proved(mail.proofs, server=settings.IMAP_AUTHSERV_ID, address=mail.sender_address)
    if not proved:
        return (
            f"Rien ne prouve que ce message vient bien de {mail.sender_address} : "
            "l’adresse a pu être imitée."
        )
    return ""


def _notice(mail: Mail, whole: bool) -> str:
    if not whole:
        return (
            "Ce message est trop gros pour être relevé : seul son en-tête est ici. "
            "Il est resté dans la boîte aux lettres."
        )
    if mail.left_out:
        return "Ce message avait trop de pièces : les dernières sont restées dans le message gardé."
    return ""


def _file_at_once(envelope: Envelope, folder: Folder, sender: Person, now: datetime) -> None:
    """A folder's own address is a way to file: what its editor sends there is filed, by them.

    What they may not do by hand is not done for them: it then waits at the folder's door.
    """
    actor = actor_for(sender, envelope.organisation, now=now)
    if actor is None:
        return
    for arrival in envelope.arrivals.filter(state=ArrivalState.TO_FILE).order_by("position"):
        try:
            sorting.file_arrival(
                actor=actor, arrival=arrival, folder=folder, name=arrival.name, now=now, beside=True
            )
        except (Refused, NotFiled):
            return
