"""The words of municipal French that rules alone would confuse or separate. Data only.

Keys and values are folded (no accent, lower case), except in ``ACCENTED`` and
``NOT_STOP_WORDS`` where the accent is the difference.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MONTH_NAMES = (
    "janvier",
    "fevrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "aout",
    "septembre",
    "octobre",
    "novembre",
    "decembre",
)
MONTHS_BY_NAME = {name: number for number, name in enumerate(MONTH_NAMES, 1)}
#: As a regular expression spells them, with or without accents.
MONTHS = (
    "janvier",
    "f[ée]vrier",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "a[oô][ûu]t",
    "septembre",
    "octobre",
    "novembre",
    "d[ée]cembre",
)

ELISIONS = _words("l d j m n s t c qu lorsqu puisqu jusqu quoiqu quelqu presqu")

#: Articles, pronouns, prepositions, forms of être and avoir: never searched, never indexed.
STOP_WORDS = _words(
    """
    a ai aie aient ait as au aucun aucune aucuns auquel aussi autre autres aux auxquelles auxquels
    avaient avait avec avez avions avoir avons ayant
    c ca ce ceci cela celle celles celui ces cet cette ceux chaque chez ci comme d dans de des
    desquelles desquels donc dont du duquel elle elles en entre es est et etaient etait etant ete
    etes etre eu eux
    furent fut ici il ils j je l la laquelle le les lesquelles lesquels lequel leur leurs lors
    lorsque lui m ma mais me meme memes mes moi mon n ne ni nos notre nous on ont or ou
    par parce pas pendant peu peut peuvent plus pour pourquoi puis puisque qu quand que quel
    quelle quelles quels qui quoi
    s sa sans se sera seront ses seulement si soit sommes son sont sous soient sur t ta tandis te
    tel telle telles tels tes toi ton tous tout toute toutes tres trop tu un une vers voici voila
    vos votre vous y etc euro euros monsieur madame mme mm messieurs mesdames ainsi afin alors
    """
)
#: Written with this accent, the word is one that people look for.
NOT_STOP_WORDS = frozenset({"sûr", "dû", "été", "étés"})

#: Where the accent makes another word that people look for. Short: elsewhere a query typed
#: without accents must find what is written with them.
ACCENTED = {
    "marché": "marché",
    "marchés": "marché",
    "été": "été",
    "étés": "été",
    "sûr": "sûr",
    "sûre": "sûr",
    "sûrs": "sûr",
    "sûres": "sûr",
    "dû": "dû",
}
#: The same in capitals, where the accent is usually lost. Read as this, kept as written too.
CAPITALS = {"marche": "marché", "marches": "marché"}

#: Ends in s or x in the singular, and would meet another word without it; or is a name.
INVARIABLE = _words(
    """
    cours fois mars vers fonds mois corps divers sens pays cas bas bras gros gras tiers
    taux faux flux prix voix choix croix noix paix toux deux doux roux epoux mieux vieux
    ccas cias sdis dgs cdas sis aps insos cnas cos cts crous ars cerfas has dsps pcs
    charles jacques georges nicolas thomas francois denis louis yves gilles jules gervais
    paris reims nantes tours amiens nimes versailles vannes arras calais orleans
    berger verger clocher plancher rocher boucher archer
    annee allee entree marie capitale medecine partie sortie saisie
    """
)

#: Irregular plurals and feminines, and words that derive from one another in use.
_GROUPS = """
elu elus elue elues
maire maires
mairie mairies
travail travaux
bail baux
vitrail vitraux
email emaux
portail portails
public publics publique publiques
grec grecque
turc turque
budget budgets budgetaire budgetaires
jeu jeux
lieu lieux
eau eaux
feu feux
voeu voeux
enjeu enjeux
milieu milieux
cheveu cheveux
neveu neveux
aveu aveux
oeil yeux
conseil conseils
ciel cieux
nouveau nouvel nouvelle nouvelles nouveaux
beau bel belle belles beaux
vieux vieil vieille vieilles
blanc blanche blancs blanches
franc franche
sec seche seches secs
long longue longues longs
doux douce douces
faux fausse fausses
gros grosse grosses
bas basse basses
epoux epouse epouses
vert verte vertes verts
petit petite petites petits
gratuit gratuite gratuites gratuits
inscrit inscrite inscrites inscrits inscrire inscrivent
interdit interdite interdites interdits interdire
construit construite construites construits construire
ouvert ouverte ouvertes ouverts
couvert couverte couvertes couverts
offert offerte offertes offerts
voisin voisine voisines voisins
cousin cousine cousines cousins
avocat avocate avocates avocats
candidat candidate candidates candidats
laureat laureate laureates laureats
adjoint adjointe adjointes adjoints
conjoint conjointe conjointes conjoints
grand grande grandes grands
haut haute hautes hauts
plein pleine pleines pleins
sain saine saines sains
droit droits
droite droites
compris comprise comprises
mis mise mises
remis remise remises
acquis acquise acquises
soumis soumise soumises
etabli etablie etablies etablis etablir etablit
fourni fournie fournies fournis fournir fournit
defini definie definies definis definir definit
reuni reunie reunies reunis reunir reunit reunissent
garanti garantis garantir garantit
rempli remplie remplies remplis remplir
bati batie baties batis batir
pointe pointes
tout touts
festival festivals
bal bals
carnaval carnavals
final finals finale finales
naval navale navals navales
proces
acces
deces
delegue deleguee delegues deleguees deleguer
vu vue vus vues
revue revues
avenue avenues
statue statues
tribune tribunes
"""

#: Verbs of the first group that deliberations live on: every tense gives the same lexeme.
_VERBS = """
accepter accompagner accorder acheter acter adopter adresser affecter afficher ajourner ajouter
aliener amenager animer annexer annoncer annuler appliquer apporter approuver appuyer archiver
arreter assister associer assurer attribuer autoriser ceder charger chiffrer classer collecter
communiquer completer confier confirmer consacrer constater consulter controler convoquer creer
decaler decerner decider declarer deleguer deliberer demander demissionner demolir deposer
designer determiner diffuser donner echanger eclairer edicter effectuer embaucher emprunter
encaisser engager enregistrer entretenir equiper evaluer examiner executer exonerer exposer facturer
financer fixer former gerer imputer indemniser indiquer informer installer instaurer instituer
integrer inviter lancer limiter livrer louer mandater mesurer modifier nommer noter notifier
octroyer organiser participer passer payer planter porter preciser preempter prendre presenter
presider prevoir prolonger proposer proteger publier ratifier rappeler realiser recruter
rectifier reglementer regler rejeter relancer rembourser remplacer renouveler renover reporter
representer reserver resilier respecter restaurer retirer reviser signaler signer solliciter
supprimer surveiller transferer transmettre transporter trier utiliser valider verifier verser
voter
"""
_TENSES = (
    "e", "es", "ent", "ee", "ees", "er", "ons", "ez", "ant", "ais", "ait", "aient",
    "era", "erai", "eront", "erait", "eraient", "a", "erent",
)  # fmt: skip


def _conjugated(verb: str) -> list[str]:
    stem = verb[:-2]
    tenses = [stem + tense for tense in _TENSES]
    if stem.endswith("g"):  # engageant
        tenses += [stem + tense for tense in ("eons", "eant", "eait", "eaient", "ea")]
    if stem.endswith("el"):  # rappelle
        tenses += [stem + tense for tense in ("le", "les", "lent", "lera", "leront")]
    return tenses


def _forms() -> dict[str, str]:
    verbs = [verb for verb in _VERBS.split() if verb.endswith("er")]
    forms = {form: verb[:-1] for verb in verbs for form in _conjugated(verb)}
    # Nouns and adjectives that a tense would swallow.
    for noun in ("president", "presidents", "portant", "couvent", "content", "montant"):
        forms.pop(noun, None)
    for line in _GROUPS.strip().splitlines():
        first, *others = line.split()
        forms.update(dict.fromkeys((first, *others), first))
    return forms


FORMS = _forms()

#: (ending, shortest word it applies to, what replaces it); the first that fits wins.
#: Applied once the plural s is gone.
ENDINGS = (
    ("trice", 7, "teur"),
    ("euse", 6, "eux"),
    ("iere", 6, "ie"),
    ("ere", 6, "e"),
    ("elle", 7, "el"),
    ("enne", 6, "en"),
    ("onne", 7, "on"),
    ("ante", 7, "ant"),
    ("ente", 7, "ent"),
    ("aine", 7, "ain"),
    ("ale", 6, "al"),
    ("ive", 6, "if"),
    ("eure", 7, "eur"),
    ("ee", 5, "e"),
    ("ue", 6, "u"),
    ("er", 5, "e"),
)
