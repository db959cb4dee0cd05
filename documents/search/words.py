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
#: By their first letters, as many as it takes.
MONTHS_BY_START = {
    name[: 4 if name.startswith("jui") else 3]: number for number, name in enumerate(MONTH_NAMES, 1)
}
#: As a regular expression spells them, in full or cut short, with or without accents.
MONTHS = (
    "janv(?:ier)?",
    "f[ée]v(?:r(?:ier)?)?",
    "mars",
    "avr(?:il)?",
    "mai",
    "juin",
    "juil(?:let)?",
    "a[oô][ûu]t",
    "sept(?:embre)?",
    "oct(?:obre)?",
    "nov(?:embre)?",
    "d[ée]c(?:embre)?",
)
#: What 1er, 2e… are called; folded, singular.
ORDINALS = (
    "premier", "deuxieme", "troisieme", "quatrieme", "cinquieme", "sixieme", "septieme",
    "huitieme", "neuvieme", "dixieme",
)  # fmt: skip
#: Beginnings of words that are joined to the next one, or not, as people please.
PREFIXES = tuple(
    """
    agro anti auto co contre eco entre hydro inter intra maxi mega micro mini mono multi para
    peri photo pluri poly post pre pro radio re semi socio sous super sur tele trans ultra video
    """.split()  # noqa: SIM905 - a list of words reads better as text
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
dissoudre dissous dissout dissoute dissoutes
absoudre absous absoute absoutes
premier premiere premiers premieres
deuxieme deuxiemes second seconde seconds secondes
prudhomme prudhommes prudhomal prudhomale prudhomaux prudhommal prudhommale prudhommaux
boulevard boulevards bd bld boul
route routes rte
etablissement etablissements ets
departement departements dpt dept
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
avenue avenues av
statue statues
tribune tribunes
"""

#: Numbers as words; "neuf" is left out, for it is also the contrary of old.
NUMBERS = {
    "deux": "2", "trois": "3", "quatre": "4", "cinq": "5", "six": "6", "sept": "7", "huit": "8",
    "dix": "10", "onze": "11", "douze": "12", "treize": "13", "quatorze": "14", "quinze": "15",
    "seize": "16", "vingt": "20", "trente": "30", "quarante": "40", "cinquante": "50",
    "soixante": "60", "cent": "100", "cents": "100", "mille": "1000",
}  # fmt: skip

#: How verbs begin in the tenses where their infinitive would not be recognised.
IRREGULAR = {
    "elu": "elire", "lu": "lire", "reelu": "reelire", "vu": "voir", "verr": "voir",
    "mort": "mourir", "meur": "mourir", "ne": "naitre", "pris": "prendre", "prir": "prendre",
    "mis": "mettre", "dit": "dire", "dis": "dire", "du": "devoir", "doi": "devoir", "bu": "boire",
    "cru": "croire", "tien": "tenir", "tin": "tenir", "vien": "venir", "vin": "venir",
    "fera": "faire", "font": "faire", "fass": "faire", "ira": "alle", "paie": "paye",
    "sach": "savoir", "saur": "savoir", "su": "savoir", "peu": "pouvoir", "pui": "pouvoir",
    "omis": "omettre",
}  # fmt: skip


def _longest_first(text: str) -> tuple[str, ...]:
    return tuple(sorted(text.split(), key=len, reverse=True))


#: Endings of regular verbs, the longest first, for the infinitives that the lexicon marks.
FIRST_GROUP = _longest_first(
    """
    e es ent ee ees er ons ez ant ais ait aient ions iez a ai as ames ates erent era eras erai
    erons erez eront erais erait erions eriez eraient asse assent
    """
)
SECOND_GROUP = _longest_first(
    """
    ir i is it ie ies ira iras irai irons irez iront irais irait iraient issons issez issent
    issant issais issait issaient isse irent
    """
)


def _forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in _GROUPS.strip().splitlines():
        first, *others = line.split()
        forms.update(dict.fromkeys((first, *others), first))
    return forms | NUMBERS


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
