"""The closed lists of words of the council: values are stored, labels are read by people."""

from django.db.models import IntegerChoices, TextChoices


class AssemblyKind(TextChoices):
    """What sort of body deliberates; it decides the legal defaults of ``council.rules.policy``."""

    MUNICIPAL_COUNCIL = "municipal_council", "Conseil municipal"
    COMMUNITY_COUNCIL = "community_council", "Conseil communautaire"
    SYNDICATE_COMMITTEE = "syndicate_committee", "Comité syndical"
    CCAS_BOARD = "ccas_board", "Conseil d’administration du CCAS"
    COMMISSION = "commission", "Commission"
    TENDER_COMMISSION = "tender_commission", "Commission d’appel d’offres"
    BUREAU = "bureau", "Bureau"
    OTHER = "other", "Autre instance"


class NoticeKind(TextChoices):
    """How the days of a notice are counted."""

    CLEAR = "clear", "jours francs"
    CALENDAR = "calendar", "jours calendaires"


class Capacity(TextChoices):
    """In which capacity somebody sits."""

    ELECTED = "elected", "Élu·e"
    APPOINTED = "appointed", "Membre nommé"
    QUALIFIED = "qualified", "Personne qualifiée"
    RESIDENT = "resident", "Habitant·e"
    ALTERNATE = "alternate", "Suppléant·e"


class Voice(TextChoices):
    DELIBERATIVE = "deliberative", "Voix délibérative"
    CONSULTATIVE = "consultative", "Voix consultative"


class Function(TextChoices):
    """The place held in the body; the mayor (or the president) agrees to the agenda."""

    MAYOR = "mayor", "Maire"
    PRESIDENT = "president", "Président·e"
    VICE_PRESIDENT = "vice_president", "Vice-président·e"
    DEPUTY = "deputy", "Adjoint·e"
    DELEGATE = "delegate", "Conseiller·ère délégué·e"
    MEMBER = "member", "Membre"


#: The functions whose holder is master of the agenda (R-AGE-02).
CHAIRS = (Function.MAYOR, Function.PRESIDENT)


class EndReason(TextChoices):
    TERM = "term", "Fin du mandat"
    RESIGNATION = "resignation", "Démission"
    DEATH = "death", "Décès"
    ANNULMENT = "annulment", "Élection annulée"
    REPLACEMENT = "replacement", "Changement de désignation"


class ItemKind(TextChoices):
    """Only a deliberation, or a wish that was announced, can be put to the vote (R-AGE-01)."""

    DELIBERATION = "deliberation", "Délibération"
    INFORMATION = "information", "Information"
    ORAL_QUESTION = "oral_question", "Question orale"
    WISH = "wish", "Vœu"
    DECISIONS_REPORT = "decisions_report", "Compte rendu des décisions du maire"


class Matter(TextChoices):
    """What a point is about, when the law gives that subject a rule of its own."""

    ORDINARY = "ordinary", "Sujet ordinaire"
    URGENCY = "urgency", "Approbation de l’urgence"
    MINUTES = "minutes", "Approbation du procès-verbal"
    BUDGET = "budget", "Budget primitif"
    ACCOUNTS = "accounts", "Compte financier unique"
    DSP = "dsp", "Choix d’un délégataire de service public"
    ICPE = "icpe", "Installation classée (environnement)"
    MAYOR_ELECTION = "mayor_election", "Élection du maire ou des adjoints"
    NOMINATION = "nomination", "Désignation"


class BudgetImpact(TextChoices):
    """What a point does to the budget, told by who writes it."""

    NONE = "none", "Aucun effet sur le budget"
    PLANNED = "planned", "Crédits déjà prévus au budget"
    NEW_EXPENSE = "new_expense", "Dépense nouvelle, à prévoir"
    INCOME = "income", "Recette"


class PieceNature(TextChoices):
    """What a piece joined to a point is; the values are those of the frozen manifest
    (``council.dossier.data.PieceKind``)."""

    ANNEX = "annexe", "Pièce jointe"
    CONTRACT = "convention", "Convention ou contrat"
    PLAN = "plan", "Plan"
    BUDGET = "budget", "Document budgétaire"
    QUOTE = "devis", "Devis ou estimation"
    REPORT = "rapport", "Rapport ou étude"
    RULES = "reglement", "Règlement ou statuts"


class Recurring(TextChoices):
    """Points that come back at each meeting and are listed by themselves."""

    MINUTES = "minutes", "Approbation du procès-verbal"
    DECISIONS = "decisions", "Décisions prises par délégation"


class SnippetKind(TextChoices):
    """Where a ready-made sentence stands in a deliberation."""

    VISA = "visa", "Visa"
    WHEREAS = "whereas", "Considérant"
    ARTICLE = "article", "Article"


class PassageKind(TextChoices):
    """What a passage of a text taken from a former one is (``council.rules.review``)."""

    REFERENCE = "reference", "Référence"
    DATE = "date", "Date"
    AMOUNT = "amount", "Montant"
    NAME = "name", "Nom"
    YEAR = "year", "Année"


class Opinion(TextChoices):
    """What a commission or a service thinks of a point."""

    FAVOURABLE = "favourable", "Favorable"
    RESERVED = "reserved", "Réservé"
    UNFAVOURABLE = "unfavourable", "Défavorable"


class AdviceState(TextChoices):
    """How far an opinion is; deduced (see ``Advice.state``)."""

    ASKED = "asked", "Attendu"
    GIVEN = "given", "Rendu"
    RELEASED = "released", "Communiqué aux membres"


class Verdict(TextChoices):
    """What is said of a point at one step of its validation."""

    AGREED = "agreed", "Validé"
    RETURNED = "returned", "Retourné"
    SKIPPED = "skipped", "Passé outre"


class ReplacementReason(TextChoices):
    """Why somebody acts for the mayor (CGCT, art. L2122-17)."""

    ABSENCE = "absence", "Absence"
    SUSPENSION = "suspension", "Suspension"
    REVOCATION = "revocation", "Révocation"
    IMPEDIMENT = "impediment", "Autre empêchement"


#: The mayor no longer acts at all, even back in the town hall.
MAYOR_OUT = (ReplacementReason.SUSPENSION, ReplacementReason.REVOCATION)


class ItemState(TextChoices):
    DRAFT = "draft", "Brouillon"
    PROPOSED = "proposed", "Proposé"
    RETURNED = "returned", "Retourné"
    READY = "ready", "Prêt"
    LISTED = "listed", "Inscrit"
    FROZEN = "frozen", "Figé"
    TABLED = "tabled", "Sur table"
    ADOPTED = "adopted", "Adopté"
    AMENDED = "amended", "Adopté modifié"
    REJECTED = "rejected", "Rejeté"
    ADJOURNED = "adjourned", "Ajourné"
    WITHDRAWN = "withdrawn", "Retiré"
    POSTPONED = "postponed", "Reporté"
    NOTED = "noted", "Pris acte"
    ABANDONED = "abandoned", "Abandonné"


class MeetingState(TextChoices):
    """Deduced from the facts of the meeting, never stored (see ``Meeting.state``)."""

    PREPARATION = "preparation", "En préparation"
    SETTLED = "settled", "Ordre du jour arrêté"
    CONVENED = "convened", "Convoquée"
    OPEN = "open", "Ouverte"
    NO_QUORUM = "no_quorum", "Sans quorum"
    ADJOURNED = "adjourned", "Levée"
    MINUTES_DRAFTED = "minutes_drafted", "Procès-verbal en projet"
    MINUTES_SETTLED = "minutes_settled", "Procès-verbal arrêté"
    CLOSED = "closed", "Close"
    CANCELLED = "cancelled", "Annulée"


class ConvocationState(TextChoices):
    """What is known of one person's convocation on its way; the opening is a date, not a state."""

    TO_SEND = "to_send", "À envoyer"
    SENT = "sent", "Envoyée"
    ACCEPTED = "accepted", "Acceptée par le serveur"
    DELIVERED = "delivered", "Remise"
    FAILED = "failed", "Échec"
    UNCERTAIN = "uncertain", "Incertaine"
    TOO_LATE = "too_late", "Non envoyée : hors délai"
    REPLACED = "replaced", "Remplacée avant d’être partie"


class EditionChange(TextChoices):
    """What an edition of the dossier is; the delay that it owes follows (R-CONV-10)."""

    FIRST = "first", "Convocation"
    COMPLEMENTARY = "complementary", "Convocation complémentaire"
    URGENT = "urgent", "Convocation complémentaire en urgence"
    NEW = "new", "Nouvelle convocation"
    MODIFIED = "modified", "Modificatif"


class FactKind(TextChoices):
    """What happened to one member's convocation beside its state: never rewritten."""

    SENT = "sent", "Message remis au serveur"
    REFUSED = "refused", "Message refusé à l’envoi"
    RETURNED = "returned", "Message revenu"
    DELAYED = "delayed", "Remise retardée"
    DELIVERED = "delivered", "Remise confirmée par son serveur"
    COPY = "copy", "Renvoi du même dossier"
    REMINDER = "reminder", "Relance"
    RECEIPT = "receipt", "Accusé de réception du membre"


class Channel(TextChoices):
    EMAIL = "email", "Courriel"
    PAPER = "paper", "Papier"


class Intent(TextChoices):
    PRESENT = "present", "Je serai là"
    ABSENT = "absent", "Je ne serai pas là"
    PROXY = "proxy", "Je donne pouvoir"


class AnswerSource(TextChoices):
    LINK = "link", "par son lien personnel"
    ACCOUNT = "account", "depuis son compte"
    TOWN_HALL = "town_hall", "noté par la mairie"


class Means(TextChoices):
    """How the town hall received an answer that it notes."""

    PHONE = "phone", "par téléphone"
    COUNTER = "counter", "de vive voix, en mairie"
    LETTER = "letter", "par courrier ou sur papier"
    EMAIL = "email", "par courriel"


class ProxyState(TextChoices):
    TO_CONFIRM = "to_confirm", "À confirmer"
    CONFIRMED = "confirmed", "Confirmé"
    REVOKED = "revoked", "Révoqué"
    LAPSED = "lapsed", "Devenu sans effet"


#: A proxy that occupies its holder: one of these per holder and per meeting (R-PRO-01).
LIVE_PROXY = (ProxyState.TO_CONFIRM, ProxyState.CONFIRMED)


class CopyOf(TextChoices):
    """What is sent for information to the councillors of the member communes (R-EPCI-03)."""

    CONVOCATION = "convocation", "Convocation et note de synthèse"
    RESULTS = "results", "Liste des délibérations"
    MINUTES = "minutes", "Procès-verbal"


class EntryKind(TextChoices):
    """One fact of a sitting, as the secretary enters it (see ``council.rules.session``)."""

    PRESENT = "present", "Présent à l’ouverture"
    EXCUSED = "excused", "Excusé"
    ARRIVAL = "arrival", "Arrivée"
    DEPARTURE = "departure", "Départ"
    OPENED = "opened", "Ouverture de la séance"
    NO_QUORUM = "no_quorum", "Quorum non atteint"
    CLOSED = "closed", "Séance levée"
    CHAIR = "chair", "Présidence"
    SECRETARY = "secretary", "Secrétaire de séance"
    SUBSTITUTE = "substitute", "Siège en suppléance"
    PROXY = "proxy", "Pouvoir remis en séance"
    PROXY_ENDED = "proxy_ended", "Pouvoir révoqué"
    CALLED = "called", "Point appelé"
    RECUSAL = "recusal", "Ne prend pas part"
    SUSPENDED = "suspended", "Suspension"
    RESUMED = "resumed", "Reprise"
    DOORS_OPENED = "doors_opened", "Fin du huis clos"
    BALLOT = "ballot", "Vote"
    OUTCOME = "outcome", "Décision sur le point"
    NOTE = "note", "Note"


class RecusalBasis(TextChoices):
    """Why somebody stays out of a point (R-VOT-11, R-QUO-06, R-QUO-07)."""

    PERSONAL = "interet_personnel", "intérêt personnel"
    REPRESENTS = "L1111-6", "représente la collectivité dans l’organisme concerné"
    ACCOUNTS = "comptes", "vote des comptes"


class BallotMode(TextChoices):
    """Show of hands, roll call, or secret (R-VOT-02 to R-VOT-04)."""

    ORDINARY = "ordinary", "À main levée"
    PUBLIC = "public", "Public, par appel nominal"
    SECRET = "secret", "Secret"


class BallotAbout(TextChoices):
    """What was put to the vote."""

    ITEM = "item", "Le point"
    AMENDMENT = "amendment", "Un amendement"
    CLOSED_DOORS = "closed_doors", "Le huis clos"
    SECRECY_WAIVER = "secrecy_waiver", "Voter la désignation à main levée"
    CHAIR = "chair", "L’élection de la présidence de séance"
    NOMINATION = "nomination", "Une désignation"


class Direction(TextChoices):
    """How a voice was given; « ne prend pas part » is not an abstention (R-VOT-08)."""

    FOR = "for", "Pour"
    AGAINST = "against", "Contre"
    ABSTENTION = "abstention", "Abstention"
    NOT_VOTING = "not_voting", "Ne prend pas part au vote"


class ActKind(TextChoices):
    """The registers of a town hall: what was voted, what the mayor orders, what the mayor decides
    in the place of the council (L2122-22)."""

    DELIBERATION = "deliberation", "Délibération"
    ORDER = "order", "Arrêté"
    DECISION = "decision", "Décision du maire"


class ActType(TextChoices):
    """What an act is as far as its formalities go (``council.rules.enforce``)."""

    DELIBERATION = "deliberation", "Délibération"
    DECISION = "decision", "Décision prise par délégation du conseil"
    TRAFFIC = "traffic", "Circulation et stationnement"
    POLICE = "police", "Police : mesure générale"
    POLICE_INDIVIDUAL = "police_individual", "Police : mesure individuelle"
    DELEGATION = "delegation", "Délégation de fonction ou de signature"
    REGULATION = "regulation", "Autre arrêté réglementaire"
    PLANNING = "planning", "Autorisation d’urbanisme"
    STAFF_ENTRY = "staff_entry", "Personnel : nomination, recrutement, licenciement"
    STAFF = "staff", "Personnel : autre mesure"
    INDIVIDUAL = "individual", "Autre mesure individuelle"


#: Types of an order, as proposed to whoever writes one.
ORDER_TYPES = tuple(one for one in ActType if one not in (ActType.DELIBERATION, ActType.DECISION))


class ActExempt(TextChoices):
    """What L2131-2 leaves out of what is transmitted (``council.rules.mayor_acts.Exempt``)."""

    ROAD_TARIFF = "road_tariff", "Tarifs des droits de voirie et de stationnement"
    ROAD_CLASSIFICATION = "road_classification", "Classement ou alignement de voies communales"
    PROMOTION_RATE = "promotion_rate", "Taux de promotion d’un grade"
    MANAGEMENT_CENTRE = "management_centre", "Centre de gestion"
    DRINKS = "drinks", "Débit de boissons temporaire d’une association"


class ActState(TextChoices):
    """How far an act is. Publication and notification are dated facts beside it: both ways
    lead to ``IN_FORCE``."""

    DRAFT = "draft", "Projet"
    TO_SIGN = "to_sign", "À signer"
    SIGNED = "signed", "Signé"
    TO_TRANSMIT = "to_transmit", "À transmettre"
    TRANSMITTED = "transmitted", "Transmis"
    RECEIPT = "receipt", "Accusé de réception reçu"
    IN_FORCE = "in_force", "Exécutoire"
    CANCELLED = "cancelled", "Numéro annulé"


#: The text no longer changes: the act exists.
SIGNED_STATES = (
    ActState.SIGNED,
    ActState.TO_TRANSMIT,
    ActState.TRANSMITTED,
    ActState.RECEIPT,
    ActState.IN_FORCE,
)


class ActNature(IntegerChoices):
    """CodeNatureActe of @ctes (``council.rules.actes.Nature``)."""

    DELIBERATION = 1, "Délibérations"
    REGULATORY = 2, "Actes réglementaires"
    INDIVIDUAL = 3, "Actes individuels"
    CONTRACT = 4, "Contrats, conventions et avenants"
    BUDGET = 5, "Documents budgétaires et financiers"
    OTHER = 6, "Autres"


class PublicationMode(TextChoices):
    """How an act is made public (R-PUB-02, R-PUB-03)."""

    ELECTRONIC = "electronic", "En ligne"
    POSTING = "posting", "Affichage"
    PAPER = "paper", "Publication sur papier"


class PostedWhat(TextChoices):
    """What is posted at the door (``council.rules.posting.Notice``)."""

    CONVOCATION = "convocation", "La convocation"
    LIST = "list", "La liste des délibérations"
    ACT = "act", "L’acte"


class SignatureMode(TextChoices):
    PAPER = "paper", "À la main, sur papier"
    ELECTRONIC = "electronic", "Électronique, avec un certificat"


class FollowUpState(TextChoices):
    """How far somebody is with what a decision asks of them."""

    TODO = "todo", "À faire"
    DOING = "doing", "En cours"
    DONE = "done", "Fait"
    ABANDONED = "abandoned", "Abandonné"


#: Still expected of somebody.
OPEN_FOLLOW_UP = (FollowUpState.TODO, FollowUpState.DOING)


class RequestState(TextChoices):
    """What came of a piece that a member asked for (L2121-13)."""

    ASKED = "asked", "Attend une réponse"
    GIVEN = "given", "Communiquée à toute l’assemblée"
    REFUSED = "refused", "Refusée, avec sa raison"


class QuestionState(TextChoices):
    """What came of an oral question (L2121-19)."""

    RECEIVED = "received", "Reçue"
    ACCEPTED = "accepted", "À l’ordre du jour"
    PUT_OFF = "put_off", "Renvoyée à la séance suivante"
    REFUSED = "refused", "Refusée, avec sa raison"


class PreparedState(TextChoices):
    """How far the taking in of a session prepared elsewhere is."""

    LOOKED_AT = "looked", "À confirmer"
    RUNNING = "running", "En cours"
    DONE = "done", "Reprise"
    FAILED = "failed", "Arrêtée"
