"""The council of the demonstration: bodies, seats, one meeting past, one convened, two to come.

Built through the services as their personas, at the moments when each thing would have been done.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from accounts.demo import CCAS, COMMISSIONS, COMMUNE, COUNCILLORS, NEIGHBOUR, Stage
from accounts.enums import Capacity as Belongs
from accounts.enums import MailState, TeamKind
from accounts.models import Mail, Person
from accounts.services.joining import join
from accounts.services.teams import add_to_team, create_team
from config.lib.clock import local_date
from council import demo_after, demo_members
from council.enums import (
    AnswerSource,
    AssemblyKind,
    Capacity,
    Channel,
    Function,
    Intent,
    ItemKind,
    Voice,
)
from council.models import Assembly, Convocation, Meeting
from council.services import (
    agenda,
    agreeing,
    answering,
    convening,
    freezing,
    handing_over,
    items,
    planning,
    seating,
    sections,
)
from council.services.items import ItemContent
from documents.access import visible_documents
from documents.models import Document

PLACE = "Salle du conseil, 1 place du Parvis"
_PARIS = ZoneInfo("Europe/Paris")


def build(stage: Stage) -> None:
    """Bodies and seats first, then the meetings in the order of time."""
    at = stage.founded_at + timedelta(days=1)
    council = _council(stage, at)
    commissions = _commissions(stage, at)
    board = _ccas(stage, at)
    _neighbour(stage, at)
    _past(stage, council)
    _convened(stage, council)
    _in_preparation(stage, council)
    _commission_to_come(stage, commissions[0])
    _board_to_come(stage, board)


# --- bodies ----------------------------------------------------------------------------------


def _council(stage: Stage, at: datetime) -> Assembly:
    dgs = stage.actor("Nadia Morel", at=at)
    since = local_date(stage.founded_at, "Europe/Paris")
    team = create_team(actor=dgs, label="Assemblées", kind=TeamKind.FUNCTION, now=at)
    add_to_team(
        actor=dgs, team=team, person=stage.people["Claire Fontaine"], from_date=since, now=at
    )
    stage.teams["Assemblées"] = team
    council = seating.create_assembly(
        actor=dgs,
        kind=AssemblyKind.MUNICIPAL_COUNCIL,
        name="Conseil municipal",
        preparing_team=team,
        usual_place=PLACE,
        position=1,
        now=at,
    )
    for rank, (given, family, _, title, how) in enumerate(COUNCILLORS, start=1):
        seating.give_mandate(
            actor=dgs,
            assembly=council,
            person=stage.people[f"{given} {family}"],
            rank=rank,
            from_date=since,
            function=_function(title),
            function_label="" if title == "Maire" else title,
            wants_paper=how == "paper",
            paper_requested_on=since if how == "paper" else None,
            now=at,
        )
    return council


def _function(title: str) -> Function:
    if title == "Maire":
        return Function.MAYOR
    if "adjoint" in title:
        return Function.DEPUTY
    return Function.DELEGATE if "délégu" in title else Function.MEMBER


def _commissions(stage: Stage, at: datetime) -> list[Assembly]:
    dgs = stage.actor("Nadia Morel", at=at)
    since = local_date(stage.founded_at, "Europe/Paris")
    made = []
    for position, (label, names) in enumerate(COMMISSIONS.items(), start=2):
        commission = seating.create_assembly(
            actor=dgs,
            kind=AssemblyKind.COMMISSION,
            name=label,
            preparing_team=stage.teams["Assemblées"],
            usual_place="Mairie, petite salle",
            position=position,
            now=at,
        )
        for rank, name in enumerate(names, start=1):
            seating.give_mandate(
                actor=dgs,
                assembly=commission,
                person=stage.people[name],
                rank=rank,
                from_date=since,
                function=Function.MAYOR if rank == 1 else Function.MEMBER,
                now=at,
            )
        made.append(commission)
    return made


def _ccas(stage: Stage, at: datetime) -> Assembly:
    director = stage.actor("Claire Fontaine", CCAS, at=at)
    since = local_date(stage.founded_at, "Europe/Paris")
    board = seating.create_assembly(
        actor=director,
        kind=AssemblyKind.CCAS_BOARD,
        name="Conseil d’administration du CCAS",
        usual_place="Mairie, petite salle",
        now=at,
    )
    names = (
        "Michel Garnier",
        "Françoise Delmas",
        "Monique Barbier",
        "Amina Belkacem",
        "Lucie Morin",
    )
    for rank, name in enumerate(names, start=1):
        seating.give_mandate(
            actor=director,
            assembly=board,
            person=stage.people[name],
            rank=rank,
            from_date=since,
            function=Function.PRESIDENT if rank == 1 else Function.MEMBER,
            now=at,
        )
    volunteer = Person.objects.create(
        given_name="Odile",
        family_name="Renaud",
        gender="f",
        email="odile.renaud@courriel.example",
        email_confirmed_at=stage.founded_at,
    )
    stage.people[volunteer.full_name] = volunteer
    join(
        actor=director,
        person=volunteer,
        capacity=Belongs.EXTERNAL,
        job_title="Représentante des associations familiales",
        from_date=since,
        now=at,
    )
    seating.give_mandate(
        actor=director,
        assembly=board,
        person=volunteer,
        rank=6,
        from_date=since,
        capacity=Capacity.APPOINTED,
        function_label="Représentante des associations familiales",
        now=at,
    )
    return board


def _neighbour(stage: Stage, at: datetime) -> None:
    sophie = stage.actor("Sophie Bertin", NEIGHBOUR, at=at)
    council = seating.create_assembly(
        actor=sophie,
        kind=AssemblyKind.MUNICIPAL_COUNCIL,
        name="Conseil municipal",
        usual_place="Mairie",
        now=at,
    )
    seating.give_mandate(
        actor=sophie,
        assembly=council,
        person=sophie.person,
        rank=1,
        from_date=local_date(stage.founded_at, "Europe/Paris"),
        function=Function.MAYOR,
        voice=Voice.DELIBERATIVE,
        now=at,
    )
    meeting = planning.create_meeting(
        actor=stage.actor("Sophie Bertin", NEIGHBOUR),
        assembly=council,
        starts_at=_evening(stage.now, 15),
        place="Mairie de Valmorel",
        now=stage.now,
    )
    _listed(stage, meeting, "Sophie Bertin", ItemContent("Réfection du lavoir"), stage.now)


# --- meetings --------------------------------------------------------------------------------


def _evening(now: datetime, days: int) -> datetime:
    """20:00 on the first working day at or after that many days from now."""
    day = local_date(now, "Europe/Paris") + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    return datetime.combine(day, time(20, 0), tzinfo=_PARIS)


def _documents(stage: Stage, *words: str) -> list[Document]:
    """Documents of the commune whose name or folder holds one of these words, one per word."""
    readable = visible_documents(stage.actor("Nadia Morel")).select_related("folder")
    found: list[Document] = []
    for word in words:
        match = readable.filter(title__icontains=word).order_by("pk").first()
        if match is not None and match not in found:
            found.append(match)
    return found


def _listed(
    stage: Stage,
    meeting: Meeting,
    who: str,
    content: ItemContent,
    at: datetime,
    documents: list[Document] | None = None,
) -> None:
    actor = stage.actor(who, meeting.organisation.slug, at=at)
    item = items.draft_item_from_documents(
        actor=actor,
        assembly=meeting.assembly,
        content=content,
        documents=documents or [],
        now=at,
    )
    items.list_item(actor=actor, item=item, meeting=meeting, now=at)


def _settle(stage: Stage, meeting: Meeting, at: datetime) -> Meeting:
    """The mayor agrees, the agenda is settled."""
    slug = meeting.organisation.slug
    clerk = "Nadia Morel" if slug == COMMUNE else "Claire Fontaine"
    agreeing.ask_mayor(actor=stage.actor(clerk, slug, at=at), meeting=meeting, now=at)
    agreeing.give_agreement(
        actor=stage.actor("Michel Garnier", slug, at=at),
        meeting=meeting,
        shown=agenda.digest(Meeting.objects.get(pk=meeting.pk)),
        now=at + timedelta(hours=2),
    )
    return freezing.freeze_agenda(
        actor=stage.actor(clerk, slug, at=at), meeting=meeting, now=at + timedelta(hours=3)
    )


def _delivered(convocation: Convocation, at: datetime) -> None:
    """The mail server of the story accepted the message at that moment."""
    mail = Mail.objects.get(message_id=convocation.message_id)
    mail.state, mail.handed_over_at = MailState.ACCEPTED, at
    mail.address = convocation.person.email
    mail.response = "250 2.0.0 Ok"
    mail.save(update_fields=["state", "handed_over_at", "address", "response"])
    handing_over.note_outcome(mail, at)


def _refused(convocation: Convocation, at: datetime, why: str) -> None:
    mail = Mail.objects.get(message_id=convocation.message_id)
    mail.state, mail.error, mail.response = MailState.FAILED, why, "552 5.2.2 Mailbox full"
    mail.address = convocation.person.email
    mail.save(update_fields=["state", "error", "address", "response"])
    handing_over.note_outcome(mail, at)


def _send(stage: Stage, meeting: Meeting, at: datetime) -> list[Convocation]:
    actor = stage.actor("Nadia Morel", at=at)
    edition = convening.convene(actor=actor, meeting=meeting, now=at)
    return list(
        Convocation.objects.filter(edition=edition)
        .select_related("person", "meeting")
        .in_order_of_the_tableau()
    )


_SEEN = (
    "Vu le code général des collectivités territoriales, notamment son article L. 2121-29 ;\n"
    "Après en avoir délibéré, le conseil municipal décide :\n"
)


def _past(stage: Stage, council: Assembly) -> None:
    """Two months ago: everything went out on time."""
    at = stage.now - timedelta(days=75)
    dgs = stage.actor("Nadia Morel", at=at)
    meeting = planning.create_meeting(
        actor=dgs,
        assembly=council,
        starts_at=_evening(stage.now, -62),
        place=PLACE,
        now=at,
    )
    for title, word, matter, summary, text in (
        (
            "Attribution des subventions aux associations",
            "subventions",
            "7.5",
            "Onze associations ont déposé un dossier complet. L’enveloppe reste celle de l’an "
            "passé ; deux demandes nouvelles sont proposées pour 400 € chacune.",
            f"{_SEEN}- d’attribuer aux onze associations du tableau joint les subventions de "
            "l’année ;\n- d’inscrire la dépense au chapitre 65 du budget.",
        ),
        (
            "Convention pour l’usage du gymnase",
            "gymnase",
            "3.5",
            "Renouveler pour trois ans la convention avec le collège, aux mêmes horaires.",
            f"{_SEEN}- d’approuver la convention d’usage du gymnase avec le collège, pour trois "
            "ans ;\n- d’autoriser le maire à la signer.",
        ),
        (
            "Admission en non-valeur de titres irrécouvrables",
            "",
            "7.10",
            "",
            f"{_SEEN}- d’admettre en non-valeur les titres de la liste présentée par le comptable.",
        ),
    ):
        documents = _documents(stage, word) if word else []
        content = ItemContent(title, summary=summary, subject_code=matter, proposed_text=text)
        _listed(stage, meeting, "Nadia Morel", content, at, documents)
    meeting = _settle(stage, meeting, at + timedelta(days=1))
    sent_at = at + timedelta(days=2)
    for convocation in _send(stage, meeting, sent_at):
        if convocation.channel == Channel.PAPER:
            handing_over.hand_over_paper(
                actor=stage.actor("Claire Fontaine", at=sent_at),
                convocation=convocation,
                given_at=sent_at + timedelta(hours=2),
                how="En main propre",
                now=sent_at + timedelta(hours=3),
            )
        else:
            _delivered(convocation, sent_at + timedelta(minutes=1))
    demo_after.follow(stage, demo_after.hold(stage, meeting))
    demo_after.orders_and_decisions(stage)


def _convened(stage: Stage, council: Assembly) -> None:
    """Next week: sent three days ago, answers are coming in, one message came back."""
    at = stage.now - timedelta(days=12)
    meeting = planning.create_meeting(
        actor=stage.actor("Nadia Morel", at=at),
        assembly=council,
        starts_at=_evening(stage.now, 8),
        place=PLACE,
        now=at,
    )
    author = stage.people
    points = (
        (
            ItemContent(
                "Tarifs de la cantine et de la garderie pour la prochaine année scolaire",
                summary="Le prix du repas n’a pas changé depuis deux ans alors que les denrées ont "
                "augmenté de 8 %. Il est proposé de passer de 3,05 € à 3,20 €, sans changer le "
                "tarif réduit.",
                rapporteur=author["Jeanne Martin"],
            ),
            _documents(stage, "cantine"),
        ),
        (
            ItemContent(
                "Décision modificative n° 2 du budget principal",
                summary="Ajuster les crédits de la voirie après les orages de juin : 18 400 € pris "
                "sur les dépenses imprévues.",
                rapporteur=author["Françoise Delmas"],
            ),
            _documents(stage, "budget", "subvention"),
        ),
        (
            ItemContent(
                "Révision du plan local d’urbanisme : prescription",
                summary="Ouvrir la procédure et fixer la concertation avec les habitants.",
                rapporteur=author["Bernard Chauvin"],
            ),
            _documents(stage, "PLU", "plan"),
        ),
        (ItemContent("Questions diverses", kind=ItemKind.INFORMATION), []),
    )
    for content, documents in points:
        _listed(stage, meeting, "Nadia Morel", content, at, documents)
    meeting = _settle(stage, meeting, stage.now - timedelta(days=5))
    sent_at = stage.now - timedelta(days=3)
    convocations = {c.person.full_name: c for c in _send(stage, meeting, sent_at)}
    for name, convocation in convocations.items():
        if convocation.channel == Channel.EMAIL and name != "Jeanne Martin":
            _delivered(convocation, sent_at + timedelta(minutes=1))
    handing_over.hand_over_paper(
        actor=stage.actor("Claire Fontaine", at=sent_at),
        convocation=convocations["René Lacombe"],
        given_at=sent_at + timedelta(hours=2),
        how="En main propre",
        now=sent_at + timedelta(hours=3),
    )
    _answers(stage, convocations)
    demo_members.ask(stage, convocations)
    jeanne = convocations["Jeanne Martin"]
    _refused(jeanne, sent_at + timedelta(minutes=1), "Sa boîte est pleine.")
    # The one message that the worker really sends: its personal link can be tried.
    handing_over.send_again(actor=stage.actor("Nadia Morel"), convocation=jeanne, now=stage.now)


def _answers(stage: Stage, convocations: dict[str, Convocation]) -> None:
    opened = stage.now - timedelta(days=2)
    said = {
        "Michel Garnier": (Intent.PRESENT, None),
        "Françoise Delmas": (Intent.PRESENT, None),
        "Bernard Chauvin": (Intent.PRESENT, None),
        "Olivier Perrin": (Intent.PROXY, "Monique Barbier"),
        "Alain Bouvier": (Intent.PRESENT, None),
        "Martine Bouvier": (Intent.PROXY, "Nicolas Rey"),
        "Amina Belkacem": (Intent.ABSENT, None),
        "Gérard Poulain": (Intent.PRESENT, None),
    }
    for hours, (name, (intent, holder)) in enumerate(said.items()):
        at = opened + timedelta(hours=hours)
        convocation = Convocation.objects.select_related("meeting", "person", "edition").get(
            pk=convocations[name].pk
        )
        Convocation.objects.filter(pk=convocation.pk).update(opened_at=at)
        answering.answer(
            convocation=convocation,
            intent=intent,
            holder=stage.people[holder] if holder else None,
            source=AnswerSource.LINK,
            now=at + timedelta(minutes=4),
        )


def _in_preparation(stage: Stage, council: Assembly) -> None:
    """In five weeks: some points are listed, others wait, one came back."""
    now = stage.now
    planner = stage.actor("Nadia Morel", at=now - timedelta(days=1))
    sections.begin(actor=planner, assembly=council, now=now - timedelta(days=1))
    meeting = planning.create_meeting(
        actor=planner,
        assembly=council,
        starts_at=_evening(now, 36),
        place=PLACE,
        now=now - timedelta(days=1),
    )
    _listed(
        stage,
        meeting,
        "Nadia Morel",
        ItemContent("Ouverture anticipée des crédits d’investissement", subject_code="7.1"),
        now,
        _documents(stage, "budget"),
    )
    _listed(
        stage,
        meeting,
        "Nadia Morel",
        ItemContent("Tableau des effectifs : création d’un poste à l’école", subject_code="4.1"),
        now,
    )
    julien = stage.actor("Julien Petit")
    content = ItemContent("Cession de la parcelle AB 112, chemin des Vignes")
    proposed = items.draft_item_from_documents(
        actor=julien, assembly=council, content=content, now=now
    )
    items.propose_item(actor=julien, item=proposed, now=now)
    patrick = stage.actor("Patrick Lefèvre")
    returned = items.draft_item_from_documents(
        actor=patrick,
        assembly=council,
        content=replace(content, title="Marché de réfection de la toiture de l’école"),
        now=now,
    )
    items.propose_item(actor=patrick, item=returned, now=now)
    items.return_item(
        actor=stage.actor("Nadia Morel"),
        item=returned,
        reason="Il manque l’analyse des offres : joignez-la, puis proposez-le de nouveau.",
        now=now,
    )


def _commission_to_come(stage: Stage, commission: Assembly) -> None:
    """In two weeks: its agenda waits for the mayor's agreement."""
    at = stage.now - timedelta(hours=20)
    meeting = planning.create_meeting(
        actor=stage.actor("Nadia Morel", at=at),
        assembly=commission,
        starts_at=_evening(stage.now, 14),
        place="Mairie, petite salle",
        now=at,
    )
    _listed(stage, meeting, "Nadia Morel", ItemContent("Préparation du budget primitif"), at)
    _listed(stage, meeting, "Nadia Morel", ItemContent("Subventions : premières demandes"), at)
    agreeing.ask_mayor(actor=stage.actor("Nadia Morel", at=at), meeting=meeting, now=at)


def _board_to_come(stage: Stage, board: Assembly) -> None:
    at = stage.now - timedelta(days=1)
    meeting = planning.create_meeting(
        actor=stage.actor("Claire Fontaine", CCAS, at=at),
        assembly=board,
        starts_at=_evening(stage.now, 20),
        place="Mairie, petite salle",
        now=at,
    )
    _listed(
        stage, meeting, "Claire Fontaine", ItemContent("Épicerie sociale : bilan du trimestre"), at
    )
