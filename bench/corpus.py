"""A synthetic corpus of French municipal documents: deterministic, without any dependency.

What matters to a search engine is kept: a vocabulary of 5,000 words used as Zipf's law says,
bodies of about 1,500 words (log-normal, 600 to 3,000), one paragraph in three on the subject of
its folder, 200 folders of which each reader sees a tenth, one word present everywhere, two in
about half of the documents, one in a thousandth of them.
"""

# ruff: noqa: S311, SIM905 - nothing here is a secret, and lists of words read better as text

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

VOCABULARY = 5000
#: Present nearly everywhere, in half of the documents, in one out of a thousand.
COMMON = "délibération"
HALF = ("subvention", "voirie")
RARE = "hydrocurage"
QUESTIONS = {"rare": RARE, "two": " ".join(HALF), "common": COMMON}

GROUPS = 20
PEOPLE = 200

_DEPARTMENTS = (
    "Direction générale", "Finances", "Ressources humaines", "Urbanisme", "Voirie et réseaux",
    "Enfance et jeunesse", "Solidarités", "Culture et patrimoine", "Environnement", "État civil",
)  # fmt: skip
_OFFICES = ("Secrétariat", "Achats", "Études et travaux", "Accueil du public", "Contentieux")
_SHELVES = ("Délibérations", "Arrêtés", "Conventions", "Courriers")
_SORTS = (
    "Délibération", "Arrêté", "Convention", "Courrier", "Procès-verbal", "Rapport", "Facture",
    "Marché public", "Permis de construire", "Compte rendu",
)  # fmt: skip

_SMALL = """de la le et les des à en du un une que est pour qui dans par plus pas au sur se ce il
sont ou avec son aux ont ses mais comme nous sa été aussi leur ces même après sans ainsi vu
considérant conformément notamment selon afin dont lorsque toutefois""".split()
_THINGS = """commune mairie conseil maire adjoint conseiller élu séance budget recette dépense
investissement fonctionnement subvention marché lot avenant facture mandat titre emprunt dotation
taxe redevance tarif régie habitant électeur association convention contrat bail loyer logement
parcelle cadastre terrain zone lotissement permis construction urbanisme règlement servitude voirie
route rue chemin trottoir carrefour stationnement circulation éclairage réseau assainissement eau
canalisation bassin station déchet collecte compost école collège cantine élève enseignant rentrée
inscription crèche enfant famille séjour animation bibliothèque musée patrimoine église spectacle
festival salle location équipement gymnase stade piscine club cimetière concession naissance mariage
décès registre passeport carte recensement élection scrutin candidat procuration sécurité incendie
risque inondation alerte assurance responsabilité recours tribunal avocat requête procédure agent
recrutement concours grade salaire prime congé absence formation évaluation comité syndicat retraite
médecine travail hygiène service secrétariat accueil courrier dossier demande réponse délai pièce
attestation certificat copie signature annexe rapport compte ordre jour convocation quorum majorité
avis commission réunion compétence transfert département région préfet contrôle légalité publication
affichage exécution article alinéa code loi décret circulaire instruction chantier entreprise
architecte bureau étude devis offre consultation attribution critère prix quantité livraison
réception garantie pénalité commande bon achat matériel véhicule logiciel donnée archive serveur
maintenance énergie électricité chauffage isolation panneau forêt arbre plantation parc jardin
rivière berge pollution bruit enquête commissaire concertation projet programme phase calendrier
échéance objectif bilan indicateur suivi aide allocation bénéficiaire plafond barème handicap
accessibilité domicile repas transport navette vélo piste foire commerce terrasse enseigne domaine
autorisation dérogation interdiction amende fourrière""".split()
_QUALITIES = """municipal communal intercommunal départemental régional national public privé annuel
mensuel général principal social culturel sportif scolaire budgétaire financier comptable fiscal
foncier urbain rural local légal réglementaire administratif technique juridique électoral préalable
favorable conforme nécessaire définitif provisoire prévisionnel complémentaire exceptionnel urgent
écologique énergétique solaire routier cyclable gratuit collectif familial associatif permanent
temporaire titulaire contractuel compétent exécutoire recevable""".split()
_ACTIONS = """approuver autoriser accorder adopter arrêter attribuer charger confirmer constater
décider délibérer demander désigner donner engager examiner exposer fixer informer instaurer
mandater modifier nommer notifier préciser présenter proposer publier rappeler réaliser recruter
rejeter rembourser renouveler solliciter signer supprimer valider verser voter
aliéner préempter aménager restaurer rénover éclairer planter collecter recycler raccorder
mesurer contrôler vérifier évaluer
chiffrer financer emprunter imputer facturer encaisser payer relancer archiver numériser classer
diffuser afficher convoquer présider animer orienter accompagner aider protéger alerter évacuer
limiter installer équiper livrer réceptionner""".split()
_TENSES = (
    "er", "e", "es", "ent", "é", "ée", "és", "ées", "ant", "ait", "aient", "era", "eront", "erait",
    "ons", "ez", "eraient", "erons",
)  # fmt: skip
_STARTS = "Bel Mar Dur Len Cas Vil Beau Roch Font Chat Laur Gar Per Mor Tess Bour Char Gran".split()
_ENDS = "lan tier ville court champ bois val ac ette ard eau ier and eray igny ière oux".split()
_TAILS = (
    "",
    "-sur-Loire",
    "-le-Vieux",
    "-les-Bains",
    "-en-Forez",
    "-la-Forêt",
    "-en-Plaine",
    "-sous-Bois",
)


def _forms() -> Iterator[str]:
    for noun in _THINGS:
        yield noun
        yield noun if noun[-1] in "sxz" else noun + ("x" if noun.endswith("eau") else "s")
    for quality in _QUALITIES:
        feminine = quality if quality.endswith("e") else quality + "e"
        plural = quality[:-2] + "aux" if quality.endswith("al") else quality + "s"
        yield from (quality, feminine, plural, feminine + "s")
    for action in _ACTIONS:
        yield from (action[:-2] + tense for tense in _TENSES)
    for start, end, tail in itertools.product(_STARTS, _ENDS, _TAILS):
        yield start + end + tail
    yield from (str(year) for year in range(1950, 2027))
    for code, number in itertools.product(range(2111, 2125), range(1, 25)):
        yield f"L{code}-{number}"
    for amount, cents in itertools.product(range(10, 900, 7), ("00", "50")):
        yield f"{amount},{cents}"


def _vocabulary() -> list[str]:
    """5,000 words, the most used first; the measured ones at ranks that give their frequency."""
    chosen = random.Random(7)
    measured = {COMMON, RARE, *HALF}
    front = [word for word in dict.fromkeys(_THINGS) if word not in measured]
    chosen.shuffle(front)
    small = list(dict.fromkeys(_SMALL))
    head = [*front[:20], COMMON, *front[20:125], *HALF]
    taken = {*small, *head, RARE}
    rest = [word for word in dict.fromkeys(_forms()) if word not in taken]
    chosen.shuffle(rest)
    words = [*small, *head, *rest][:VOCABULARY]
    if len(words) != VOCABULARY:
        raise AssertionError(f"{len(words)} words instead of {VOCABULARY}")
    return words


WORDS = _vocabulary()
_WEIGHTS = list(itertools.accumulate(1 / rank for rank in range(1, VOCABULARY + 1)))
FOLDERS: Sequence[tuple[str, str, str]] = tuple(itertools.product(_DEPARTMENTS, _OFFICES, _SHELVES))
_SUBJECT_WEIGHTS = list(itertools.accumulate(1 / rank for rank in range(1, 151)))
_SUBJECTS = [
    random.Random(5000 + folder).sample(WORDS[100:], 150) for folder in range(len(FOLDERS))
]


def groups_of_folder(folder: int) -> tuple[int, int]:
    """The two groups, of 20, that read this folder: each reads a tenth of them."""
    return folder % GROUPS, (folder + 1 + folder // GROUPS) % GROUPS


#: Texts that differ; later documents take theirs again, under a name of their own.
TEXTS = 20_000


@dataclass(frozen=True, slots=True)
class Item:
    """One document of the corpus."""

    number: int
    text: int
    folder: int
    title: str


def item(number: int, texts: int = TEXTS) -> Item:
    """The document of this number, the same everywhere. Its text is `pages_of(text, folder)`."""
    draw = random.Random(f"name:{number}")
    title = (
        f"{draw.choice(_SORTS)} n° {2015 + number % 11}-{number:05} "
        f"{' '.join(draw.choices(WORDS[80:1500], k=3))}.pdf"
    )
    text = (number - 1) % texts + 1
    folder = random.Random(f"folder:{text}").randrange(len(FOLDERS))
    return Item(number, text, folder, title)


def pages_of(text: int, folder: int, *, most: int = 3000) -> tuple[str, ...]:
    """The pages of a text, one paragraph in three on the subject of its folder.

    `most`: words at most; below 600, a letter rather than a report.
    """
    draw = random.Random(f"text:{text}")
    left = min(most, max(600, int(draw.lognormvariate(7.27, 0.28))))
    paragraphs = []
    while left > 0:
        length = min(left, draw.randint(60, 140))
        if len(paragraphs) % 3 == 2:
            words = draw.choices(_SUBJECTS[folder], cum_weights=_SUBJECT_WEIGHTS, k=length)
        else:
            words = draw.choices(WORDS, cum_weights=_WEIGHTS, k=length)
        if len(paragraphs) == 1 and text % 1000 == 37:
            words[length // 2] = RARE
        paragraphs.append(_sentences(words, draw))
        left -= length
    return tuple(
        "\n\n".join(paragraphs[start : start + 5]) for start in range(0, len(paragraphs), 5)
    )


def _sentences(words: list[str], draw: random.Random) -> str:
    sentences = []
    at = 0
    while at < len(words):
        length = draw.randint(10, 26)
        sentence = " ".join(words[at : at + length])
        sentences.append(sentence[0].upper() + sentence[1:] + ".")
        at += length
    return " ".join(sentences)
