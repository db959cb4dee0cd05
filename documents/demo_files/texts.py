"""Words of the demonstration commune: what a town hall of 2,300 inhabitants really writes.

One line is one block: `# title`, `## heading`, `| cell | cell` for a row of a table, else a
paragraph. {n} is the current year, {p} the year before, {s} the year after.
"""

from documents.demo_files.blocks import Cell

Rows = list[list[Cell]]

_ENTETE = """RÉPUBLIQUE FRANÇAISE — Département de la Côte-d’Or — Commune de Saint-Aubin-le-Parvis
L’an {n}, le {date} à 20 heures, le conseil municipal, régulièrement convoqué, s’est réuni au \
nombre prescrit par la loi, dans le lieu habituel de ses séances, sous la présidence de \
M. Michel GARNIER, maire.
Nombre de conseillers en exercice : 19. Présents : 16. Pouvoirs : 2. Votants : 18.
Secrétaire de séance : Mme Jeanne MARTIN."""

_PIED = """Fait et délibéré en séance les jour, mois et an susdits. Pour extrait certifié conforme.
Le maire, Michel GARNIER. La secrétaire de séance, Jeanne MARTIN.
La présente délibération peut faire l’objet d’un recours pour excès de pouvoir devant le tribunal \
administratif de Dijon dans un délai de deux mois à compter de sa publication."""


def deliberation(number: str, subject: str, date: str, body: str) -> str:
    """A deliberation between its usual header and footer."""
    head = _ENTETE.replace("{date}", date)
    return f"# Délibération n° {number}\n## Objet : {subject}\n{head}\n{body}\n{_PIED}"


COMPTE_ADMINISTRATIF = """Vu le code général des collectivités territoriales, notamment ses \
articles L. 1612-12 et L. 2121-31 ;
Vu le compte de gestion de l’exercice {p} dressé par le comptable public ;
Le conseil municipal, hors de la présence du maire qui s’est retiré au moment du vote, délibérant \
sur le compte administratif de l’exercice {p}, après s’être fait présenter le budget primitif et \
les décisions modificatives :
| Section | Dépenses | Recettes | Résultat
| Fonctionnement | 1 612 408,15 € | 1 874 932,60 € | + 262 524,45 €
| Investissement | 734 209,88 € | 689 114,20 € | − 45 095,68 €
| Ensemble | 2 346 618,03 € | 2 564 046,80 € | + 217 428,77 €
APPROUVE à l’unanimité le compte administratif de l’exercice {p} tel que présenté ci-dessus."""

AFFECTATION = """Après avoir entendu et approuvé le compte administratif de l’exercice {p}, \
statuant sur l’affectation du résultat de fonctionnement, et constatant que celui-ci présente un \
excédent de 262 524,45 €,
DÉCIDE d’affecter la somme de 120 000,00 € au compte 1068 « excédents de fonctionnement \
capitalisés » et de reporter le solde, soit 142 524,45 €, à la ligne 002.
Adopté par 17 voix pour et 1 abstention (M. Lucien FABRE)."""

TAUX = """Vu le code général des impôts, notamment ses articles 1379, 1407 et 1636 B sexies ;
Considérant l’équilibre du budget et la volonté de ne pas alourdir la pression fiscale ;
DÉCIDE de reconduire les taux de fiscalité directe locale pour l’année {n} :
| Taxe | Taux {p} | Taux {n}
| Taxe foncière sur les propriétés bâties | 38,42 % | 38,42 %
| Taxe foncière sur les propriétés non bâties | 51,07 % | 51,07 %
| Taxe d’habitation sur les résidences secondaires | 12,60 % | 12,60 %
Adopté à l’unanimité."""

BUDGET = """Monsieur le maire présente le projet de budget primitif de la commune pour l’exercice \
{n}, préparé par la commission des finances réunie à trois reprises.
| Section | Dépenses | Recettes
| Fonctionnement | 2 016 500,00 € | 2 016 500,00 €
| Investissement | 1 148 300,00 € | 1 148 300,00 €
Les principales opérations d’investissement sont la réfection de la rue des Tilleuls \
(310 000 € TTC), la rénovation énergétique de l’école Jules-Ferry (428 000 € TTC), le \
remplacement de l’éclairage public par des lampes LED (64 000 € TTC) et l’accessibilité de la \
salle des fêtes (38 500 € TTC).
ADOPTE le budget primitif {n} par chapitre, par 16 voix pour et 2 abstentions."""

SUBVENTIONS = """Vu l’avis de la commission « vie associative » du 4 février {n} ;
Les conseillers membres du bureau d’une association concernée n’ont pris part ni au débat ni au \
vote.
ATTRIBUE pour l’année {n} les subventions suivantes, inscrites au compte 65748 :
| Association | Objet | Montant
| Comité des fêtes | animations et fête de la Saint-Aubin | 2 400 €
| Union sportive aubinoise | école de football | 3 100 €
| Les Amis du patrimoine | restauration du lavoir | 1 500 €
| Club des aînés ruraux | sorties et repas | 900 €
| Coopérative scolaire Jules-Ferry | classe de découverte | 1 800 €
| Société de chasse Saint-Hubert | entretien des sentiers | 350 €
| Harmonie municipale L’Espérance | instruments | 1 200 €
Adopté à l’unanimité des votants."""

CANTINE = """Monsieur le maire rappelle que les tarifs de la cantine scolaire n’ont pas été \
révisés depuis deux ans, alors que le prix des denrées a augmenté de 9 %.
Vu l’article R. 531-52 du code de l’éducation, aux termes duquel les tarifs de la restauration \
scolaire sont fixés par la collectivité territoriale qui en a la charge ;
FIXE comme suit les tarifs de la cantine et de la garderie à compter du 1er septembre {n} :
| Quotient familial | Repas | Garderie (l’heure)
| moins de 500 | 1,00 € | 0,80 €
| de 500 à 900 | 2,65 € | 1,20 €
| de 901 à 1 400 | 3,70 € | 1,60 €
| plus de 1 400 | 4,45 € | 1,95 €
| repas adulte | 6,10 € | —
DIT que le dispositif « cantine à 1 € » soutenu par l’État est maintenu pour la première tranche.
Adopté par 15 voix pour, 1 contre et 2 abstentions."""

GYMNASE = """# Convention de mise à disposition du gymnase intercommunal
Entre la commune de Saint-Aubin-le-Parvis, représentée par son maire, M. Michel GARNIER, dûment \
habilité par délibération n° {n}-013, d’une part,
Et l’Union sportive aubinoise, association régie par la loi du 1er juillet 1901, représentée par \
sa présidente, Mme Odile PERRIN, d’autre part,
## Article 1er — Objet
La commune met gracieusement à la disposition de l’association le gymnase Alain-Mimoun, les mardis \
et jeudis de 18 h 30 à 21 h 30, hors vacances scolaires.
## Article 2 — Obligations de l’utilisateur
L’association s’engage à souscrire une assurance en responsabilité civile, à respecter le \
règlement intérieur et à signaler sans délai toute dégradation au secrétariat de mairie.
## Article 3 — Durée
La présente convention est conclue pour une durée d’un an à compter du 1er septembre {n}, \
renouvelable deux fois par tacite reconduction."""

CONVOCATION = """# Convocation du conseil municipal
Mesdames et Messieurs les conseillers municipaux,
J’ai l’honneur de vous inviter à la séance du conseil municipal qui se tiendra le jeudi 12 mars \
{n} à 20 heures, salle du conseil, à la mairie.
## Ordre du jour
1. Approbation du procès-verbal de la séance du 15 décembre {p}
2. Compte administratif {p} et affectation du résultat
3. Vote des taux de fiscalité directe locale
4. Budget primitif {n}
5. Subventions aux associations
6. Travaux de voirie rue des Tilleuls : demande de DETR
7. Questions diverses
Je vous prie d’agréer, Mesdames, Messieurs, l’expression de mes sentiments distingués.
Le maire, Michel GARNIER"""

PROCES_VERBAL = """# Procès-verbal de la séance du 15 décembre {p}
Présents : M. Michel GARNIER, maire ; Mme Jeanne MARTIN, M. René LACOMBE, Mme Hélène ROUX, \
adjoints ; M. Lucien FABRE, Mme Aïcha BENALI, M. Gaël LE GOFF, Mme Noëlle SŒUR, M. Éric CHÊNE, \
conseillers municipaux.
Absents excusés : M. Paul VIDAL (pouvoir à Mme ROUX), Mme Inès FAURE (pouvoir à M. CHÊNE).
Le quorum étant atteint, la séance est ouverte à 20 h 05.
## 1. Approbation du procès-verbal de la séance du 6 novembre {p}
Mme ROUX demande que soit précisé le montant du devis de l’entreprise Bâti-Bourgogne. Le \
procès-verbal ainsi complété est approuvé à l’unanimité.
## 2. Décision modificative n° 3 du budget principal
Le maire expose que les dépenses d’énergie de l’école dépassent de 11 400 € les crédits ouverts. \
M. FABRE s’étonne de l’écart avec l’estimation du mois de juin. Le maire répond que la chaudière \
au fioul a dû fonctionner dès le mois d’octobre. Adopté par 15 voix pour et 3 abstentions.
## 3. Marché de restauration scolaire
La commission d’appel d’offres propose de retenir la société Terroir et Saveurs, mieux-disante, \
pour un prix du repas livré de 3,92 € hors taxes. Le conseil autorise le maire à signer le marché.
## 4. Cession de la parcelle AB 124
Le conseil autorise la cession de la parcelle cadastrée AB 124, d’une contenance de 412 m², au \
prix de 28 000 €, conforme à l’avis du service des domaines.
## 5. Recensement de la population
Quatre agents recenseurs seront recrutés du 16 janvier au 14 février. Leur rémunération est \
fixée à 1,35 € par bulletin individuel.
## 6. Questions diverses
M. LACOMBE signale des nids-de-poule rue des Tilleuls et l’absence d’éclairage devant l’abribus. \
Mme BENALI remercie les bénévoles du marché de Noël. M. LE GOFF demande où en est le déploiement \
de la fibre optique au hameau de la Combe-aux-Loups : les derniers poteaux seront posés en février.
L’ordre du jour étant épuisé, la séance est levée à 22 h 40."""

PROCES_VERBAL_MARS = """# Procès-verbal de la séance du 12 mars {n} (projet)
Le maire ouvre la séance à 20 h 02 et procède à l’appel nominal. Le quorum est atteint.
## Compte administratif
Le maire se retire. Mme MARTIN, première adjointe, met aux voix le compte administratif {p}, \
approuvé à l’unanimité.
## Travaux de voirie
Le projet de réfection de la rue des Tilleuls est présenté par M. CHÊNE : reprise des bordures, \
enrobé, trottoir accessible côté pair, plantation de douze tilleuls. Une réunion publique est \
prévue le 22 avril à la salle des fêtes.
## Subventions aux associations
Mme SŒUR, trésorière du Comité des fêtes, quitte la salle avant l’examen de ce point."""

LISTE = """# Liste des délibérations examinées le 15 décembre {p}
| Numéro | Objet | Décision
| {p}-041 | Décision modificative n° 3 | adoptée
| {p}-042 | Marché de restauration scolaire | adoptée
| {p}-043 | Cession de la parcelle AB 124 | adoptée
| {p}-044 | Recrutement d’agents recenseurs | adoptée
Affichée à la mairie et publiée sur le site de la commune le 18 décembre {p}."""

SYNTHESE = """# Note de synthèse de la séance du 12 mars {n}
La présente note est établie à l’intention des conseillers, bien que la commune compte moins de \
3 500 habitants.
## Rue des Tilleuls
Le coût prévisionnel s’élève à 310 000 € TTC. Le plan de financement prévoit 40 % de DETR, 15 % du \
conseil départemental au titre des amendes de police et 45 % d’autofinancement.
## Cantine
La fréquentation a progressé de 71 à 86 rationnaires en moyenne. Le déficit du service atteint \
34 200 €, soit 2,31 € par repas servi.
## École Jules-Ferry
L’audit énergétique classe le bâtiment en étiquette E. L’isolation des combles et le remplacement \
des menuiseries ramèneraient la consommation de 212 à 118 kWh par mètre carré et par an."""

REGISTRE_1987 = """# Registre des délibérations — année 1987
Séance ordinaire du 14 mai 1987
Le conseil municipal, réuni sous la présidence de Monsieur Armand Collet, maire, après avoir \
entendu l’exposé de Monsieur l’instituteur, décide la construction d’un préau couvert dans la cour \
de l’école communale, pour une dépense de quarante-deux mille francs.
Le conseil autorise le maire à solliciter une aide du conseil général et à contracter un emprunt \
auprès de la Caisse des dépôts.
Le garde champêtre est chargé de faire respecter l’interdiction de laver les voitures à la \
fontaine \
de la place de l’Église.
Fait et délibéré en mairie, les jour, mois et an que dessus."""

FONTAINE_1994 = """# Délibération du 3 juin 1994
Objet : restauration de la fontaine Saint-Aubin
Considérant l’état de vétusté du bassin de la fontaine et l’intérêt patrimonial de l’ouvrage, le \
conseil municipal approuve le devis du tailleur de pierre, Monsieur Bonnardot, d’un montant de \
86 500 francs.
Une souscription publique est ouverte auprès de la Fondation du patrimoine."""

DOB = [
    (
        "Débat d’orientation budgétaire {n}",
        ["Commission des finances du 5 février {n}", "Saint-Aubin-le-Parvis, 2 300 habitants"],
    ),
    (
        "Une épargne brute en léger recul",
        [
            "Épargne brute : 262 500 € contre 281 000 € en {p}",
            "Dotation globale de fonctionnement : 214 300 €",
            "Encours de la dette : 1 046 000 €, soit 455 € par habitant",
        ],
    ),
    (
        "Trois priorités d’investissement",
        [
            "Réfection de la rue des Tilleuls",
            "Rénovation énergétique de l’école Jules-Ferry",
            "Accessibilité de la salle des fêtes",
        ],
    ),
]

REUNION_VOIRIE = [
    ("Réunion publique : rue des Tilleuls", ["Salle des fêtes, mercredi 22 avril {n} à 19 heures"]),
    (
        "Le projet",
        [
            "Trottoir accessible de 1,60 m côté pair",
            "Plateau ralentisseur devant l’école",
            "Douze tilleuls replantés, noue pour les eaux pluviales",
        ],
    ),
    ("Le calendrier", ["Consultation des entreprises en mai", "Travaux de juillet à octobre {n}"]),
]

PROJET_EDUCATIF = [
    ("Projet éducatif de territoire", ["Commune de Saint-Aubin-le-Parvis", "Années 2021 à 2024"]),
    (
        "Les temps périscolaires",
        [
            "Garderie du matin dès 7 h 15",
            "Atelier lecture à la bibliothèque municipale",
            "Éveil musical avec l’harmonie L’Espérance",
        ],
    ),
]

BUDGET_ROWS: Rows = [
    ["Chapitre", "Libellé", "Budget {p}", "Réalisé {p}", "Proposé {n}"],
    ["011", "Charges à caractère général", 498000, 486213.45, 512000],
    ["012", "Charges de personnel", 871500, 868904.10, 902000],
    ["65", "Autres charges de gestion courante", 176400, 171880.22, 181300],
    ["66", "Charges financières", 31200, 31187.94, 28900],
    ["70", "Produits des services (cantine, garderie)", 118000, 121406.30, 129500],
    ["73", "Impôts et taxes", 1128000, 1139655.00, 1151000],
    ["74", "Dotations et participations", 402600, 405118.00, 398200],
    ["21", "Immobilisations corporelles : voirie rue des Tilleuls", 0, 0, 310000],
    ["23", "Travaux école Jules-Ferry", 60000, 18240.00, 428000],
]

COMPTE_ROWS: Rows = [
    ["Article", "Intitulé", "Mandats émis {p}"],
    ["60612", "Énergie, électricité", 96412.80],
    ["60623", "Alimentation (cantine scolaire)", 58930.11],
    ["615231", "Entretien de la voirie", 41277.65],
    ["6218", "Personnel extérieur : remplacements", 12840.00],
    ["65748", "Subventions aux associations", 11250.00],
]

DEPENSES_ROWS: Rows = [
    ["Date", "Fournisseur", "Objet", "Montant TTC", "Imputation"],
    [
        "08/01/{n}",
        "Éclairage Côte-d’Or",
        "Dépannage candélabre place de l’Église",
        "384,00",
        "61523",
    ],
    ["15/01/{n}", "Terroir et Saveurs", "Repas livrés décembre", "5 418,60", "60623"],
    ["22/01/{n}", "Bâti-Bourgogne", "Réfection toiture préau", "7 920,00", "2135"],
    ["03/02/{n}", "Établissements Noël", "Sel de déneigement", "612,48", "60633"],
    ["17/02/{n}", "SICECO", "Maintenance éclairage public", "1 140,00", "61558"],
]

BALANCE_ROWS: Rows = [
    ["Compte", "Libellé", "Débit", "Crédit"],
    ["4111", "Redevables — cantine", "3 284,15", "0,00"],
    ["4671", "Créditeurs divers", "0,00", "1 906,30"],
    ["515", "Compte au Trésor", "412 605,77", "0,00"],
]

DETTE_ROWS: Rows = [
    ["Prêteur", "Objet", "Capital restant dû", "Échéance annuelle", "Fin"],
    ["Caisse d’Épargne", "Construction de la station d’épuration", 418200, 46110, 2034],
    ["Crédit Agricole", "Extension de l’école Jules-Ferry", 512000, 51340, 2036],
    ["Banque des Territoires", "Réhabilitation du presbytère", 115800, 14870, 2033],
]

SUBVENTION_ROWS: Rows = [
    ["Association", "Adhérents", "Versé {p}", "Demandé {n}", "Proposé {n}"],
    ["Comité des fêtes", 42, 2200, 3000, 2400],
    ["Union sportive aubinoise", 128, 3100, 3600, 3100],
    ["Les Amis du patrimoine", 37, 1000, 2000, 1500],
    ["Club des aînés ruraux", 61, 900, 900, 900],
    ["Harmonie municipale L’Espérance", 24, 1200, 1500, 1200],
]

EFFECTIFS_ROWS: Rows = [
    ["Classe", "Enseignante", "Élèves {p}", "Élèves {n}"],
    ["Petite et moyenne section", "Mme Delphine ROY", 23, 21],
    ["Grande section et CP", "Mme Maëlle JACQUES", 24, 25],
    ["CE1 et CE2", "M. Théo LAMBERT", 22, 24],
    ["CM1 et CM2", "Mme Sylvie AUBRY, directrice", 26, 23],
]

POSTES_ROWS: Rows = [
    ["Grade", "Catégorie", "Quotité", "Postes ouverts", "Postes pourvus"],
    ["Attaché territorial (secrétaire générale)", "A", "35 h", 1, 1],
    ["Rédacteur principal", "B", "35 h", 1, 1],
    ["Adjoint administratif", "C", "28 h", 2, 2],
    ["Adjoint technique", "C", "35 h", 3, 2],
    ["ATSEM principal", "C", "31 h", 2, 2],
]

FETES_ROWS: Rows = [
    ["Poste", "Recettes", "Dépenses"],
    ["Fête de la Saint-Aubin", 6420, 5180],
    ["Feu d’artifice du 14 juillet", 0, 2350],
    ["Vide-greniers", 1875, 240],
    ["Marché de Noël", 2210, 1990],
]

DETR = """# Demande de DETR {n} — réfection de la rue des Tilleuls
## Présentation du projet
La rue des Tilleuls, longue de 480 mètres, dessert l’école, la cantine et le cimetière. La \
chaussée \
présente un faïençage généralisé et les trottoirs ne respectent pas les règles d’accessibilité.
## Plan de financement
| Financeur | Montant HT | Part
| État (DETR) | 103 333 € | 40 %
| Département (amendes de police) | 38 750 € | 15 %
| Commune | 116 250 € | 45 %
## Calendrier
Consultation des entreprises en mai, travaux pendant les congés d’été, réception en octobre {n}."""

DOSSIER_ASSOCIATION = """# Dossier de demande de subvention communale
Association : Les Amis du patrimoine de Saint-Aubin
Objet statutaire : sauvegarde et mise en valeur du petit patrimoine rural, lavoirs, croix et \
fontaines.
Projet présenté : restauration de la charpente du lavoir de la Combe-aux-Loups, avec un chantier \
de bénévoles encadré par un charpentier.
Budget du projet : 4 800 €. Subvention demandée à la commune : 2 000 €."""

NOTIFICATION = """# Préfecture de la Côte-d’Or
Direction des collectivités locales — Bureau des finances
Objet : notification d’une subvention au titre de la DETR
Monsieur le maire,
J’ai le plaisir de vous informer qu’une subvention de 103 333 euros est attribuée à votre commune \
pour la réfection de la rue des Tilleuls.
L’opération doit recevoir un commencement d’exécution dans un délai de deux ans à compter de la \
présente notification.
Pour le préfet et par délégation, la secrétaire générale."""

# What the public inquiry changed in them.
PLU_CORRECTIONS = [
    ("plus de trois mois", "plus de deux mois"),
    ("au moins quatre mètres de largeur", "au moins cinq mètres de largeur"),
    (", sauf impossibilité technique démontrée", ""),
    (
        "Les équipements publics ne sont pas soumis à cette règle.",
        "Les équipements publics ne sont pas soumis à cette règle. Les toitures-terrasses sont "
        "végétalisées ou portent des panneaux solaires.",
    ),
]
PLU_ARTICLES = [
    (
        "occupations et utilisations du sol interdites",
        "Sont interdites les constructions à usage industriel, les entrepôts, les dépôts de "
        "ferraille, les carrières et le stationnement de caravanes isolées plus de trois mois.",
    ),
    (
        "conditions de desserte par les voies",
        "Tout terrain doit être desservi par une voie d’au moins quatre mètres de largeur, "
        "permettant l’approche du matériel de lutte contre l’incendie. Les voies en impasse "
        "comportent une aire de retournement.",
    ),
    (
        "desserte par les réseaux",
        "Le raccordement au réseau public d’assainissement collectif est obligatoire. Les eaux "
        "pluviales sont infiltrées à la parcelle, sauf impossibilité technique démontrée.",
    ),
    (
        "implantation par rapport aux limites séparatives",
        "À moins que le bâtiment ne jouxte la limite, la distance horizontale de tout point de la "
        "construction au point le plus proche de la limite est au moins égale à la moitié de la "
        "hauteur, sans être inférieure à trois mètres.",
    ),
    (
        "hauteur maximale des constructions",
        "La hauteur à l’égout du toit ne dépasse pas 7 mètres, soit un étage et des combles "
        "aménagés. Les équipements publics ne sont pas soumis à cette règle.",
    ),
    (
        "aspect extérieur",
        "Les toitures sont couvertes de tuiles plates de teinte brun vieilli. Les enduits blancs, "
        "les imitations de matériaux et les clôtures en plaques de béton sont proscrits. Les "
        "murets de pierre sèche existants sont conservés.",
    ),
    (
        "stationnement",
        "Il est exigé deux places par logement, dont une au moins non close, et une place pour "
        "deux "
        "roues par tranche de cinquante mètres carrés de surface de plancher.",
    ),
    (
        "espaces libres et plantations",
        "Un tiers de la parcelle au moins reste en pleine terre. Les haies associent trois "
        "essences "
        "locales : charme, noisetier, cornouiller, aubépine ou viorne.",
    ),
]

PLU_RAPPORT = """# Plan local d’urbanisme — rapport de présentation (extrait)
## Diagnostic
La commune s’étend sur 1 874 hectares, dont 62 % de terres agricoles et 21 % de bois. La \
population \
a augmenté de 0,6 % par an depuis le recensement précédent.
## Enjeux
Limiter l’étalement urbain le long de la route départementale, préserver les vues sur le clocher \
et protéger les zones humides du ruisseau de la Sansfond.
## Parti d’aménagement
Une orientation d’aménagement et de programmation est définie sur le secteur du Clos-Vougeot-Bas, \
avec vingt-quatre logements dont six à loyer modéré."""

DECLARATION = """# Déclaration préalable — décision de non-opposition
Dossier n° DP 021 540 25 R0017
Demandeur : Monsieur et Madame Thévenin, 8 chemin des Lavandières
Objet : pose de panneaux photovoltaïques en toiture et création d’une fenêtre de toit
Le maire de Saint-Aubin-le-Parvis, vu le code de l’urbanisme, vu l’avis de l’architecte des \
Bâtiments de France, décide de ne pas s’opposer à la déclaration préalable.
Prescription : les panneaux seront de teinte noire mate, sans cadre brillant.
L’adjoint délégué à l’urbanisme, René Lacombe"""

PERMIS = """# Avis du maire sur la demande de permis de construire
Dossier PC 021 540 {n} R0004 — M. et Mme Durand, lieu-dit « Les Grands Champs »
Construction d’une maison individuelle de 118 m² de surface de plancher avec garage accolé.
Le terrain est desservi par l’eau potable et l’électricité. L’assainissement est collectif. La \
défense incendie est assurée par le poteau n° 14, à 160 mètres.
Avis favorable, sous réserve du recul de trois mètres par rapport à la limite séparative nord."""

ARRETE = """# Arrêté municipal n° {n}-018
## Portant réglementation temporaire de la circulation rue des Tilleuls
Le maire de la commune de Saint-Aubin-le-Parvis,
Vu le code général des collectivités territoriales, notamment les articles L. 2213-1 à L. 2213-6 ;
Vu le code de la route ; vu la demande de l’entreprise Eurovia Bourgogne du 2 juin {n} ;
Considérant que les travaux de réfection de la chaussée nécessitent une déviation,
ARRÊTE
Article 1er. — La circulation de tous les véhicules est interdite rue des Tilleuls du 6 juillet au \
28 août {n}, sauf riverains et véhicules de secours. Une déviation est mise en place par la rue du \
Lavoir et l’avenue de la Gare.
Article 2. — La vitesse est limitée à 30 km/h et le stationnement interdit au droit du chantier.
Article 3. — La signalisation est posée et entretenue par l’entreprise.
Article 4. — Le commandant de la brigade de gendarmerie et le garde champêtre sont chargés de \
l’exécution du présent arrêté."""

CHANTIER = """# Compte rendu de chantier n° 3 — rue des Tilleuls
Présents : M. CHÊNE (commune), M. Petit (service urbanisme), Eurovia Bourgogne, bureau d’études \
Ingévia.
## Avancement
Les bordures sont posées sur 210 mètres. Le réseau d’eaux pluviales est terminé. Une canalisation \
d’eau potable en fonte, non repérée, a été découverte devant le numéro 12.
## Décisions
Le branchement en plomb du numéro 12 est remplacé. Les jeunes tilleuls seront plantés à la \
Sainte-Catherine. Prochaine réunion : mardi 21 juillet à 9 heures, sur place."""

DEVIS = """# Devis n° D-{n}-0457 — Eurovia Bourgogne
Chantier : réfection de la rue des Tilleuls, Saint-Aubin-le-Parvis
| Désignation | Quantité | Prix unitaire | Total HT
| Rabotage de la chaussée | 2 640 m² | 6,80 € | 17 952,00 €
| Enrobé à chaud 0/10 | 2 640 m² | 29,50 € | 77 880,00 €
| Bordures T2 en béton | 960 ml | 41,00 € | 39 360,00 €
| Trottoir en béton désactivé | 768 m² | 92,00 € | 70 656,00 €
| Reprise de bouches d’égout | 14 u | 640,00 € | 8 960,00 €
Offre valable trois mois. Délai d’exécution : huit semaines."""

AVIS_ENQUETE = """# AVIS D’ENQUÊTE PUBLIQUE
Révision du plan local d’urbanisme
Par arrêté du 9 avril {n}, il sera procédé à une enquête publique pendant trente et un jours.
Le commissaire enquêteur recevra le public en mairie le samedi de 9 heures à midi.
Le dossier est consultable à la mairie et sur le site de la préfecture."""

PANNEAU = """# ROUTE BARRÉE
Déviation par la rue du Lavoir
Travaux du 6 juillet au 28 août"""

FICHE_EAU = """# Réseau d’eau potable — plan de récolement
Vanne de sectionnement V12 : place de l’Église
Canalisation fonte diamètre 125, posée en 1968
Château d’eau de la Combe-aux-Loups : 200 mètres cubes"""

MARQUAGE = """# Plan de marquage au sol
Passage piéton devant l’école Jules-Ferry
Zone trente et bandes podotactiles"""

MENUS = """# Menus de la cantine — semaines 11 et 12
| Jour | Entrée | Plat | Dessert
| Lundi | carottes râpées | lentilles à la tomate (menu végétarien) | yaourt fermier
| Mardi | potage au potiron | bœuf bourguignon, pommes vapeur | poire
| Jeudi | betteraves aux noix | filet de colin, riz pilaf | fromage blanc
| Vendredi | œuf mimosa | poulet rôti, haricots verts | clafoutis
Le bœuf et les pommes viennent d’exploitations situées à moins de trente kilomètres. Allergènes : \
le tableau est affiché à l’entrée du réfectoire."""

REGLEMENT_CANTINE = """# Règlement intérieur de la cantine scolaire
## Article 1er — Inscription
L’inscription est obligatoire avant le 20 août. Elle est annuelle ou occasionnelle, auprès du \
secrétariat de mairie.
## Article 2 — Absences
Toute absence non signalée quarante-huit heures à l’avance est facturée, sauf certificat médical.
## Article 3 — Discipline
Les enfants respectent le personnel et la nourriture. Après trois avertissements écrits, une \
exclusion temporaire peut être prononcée par le maire."""

CONSEIL_ECOLE = """# Compte rendu du conseil d’école du 10 novembre {p}
Mme AUBRY, directrice, présente les effectifs : 93 élèves pour quatre classes.
Les parents élus demandent la sécurisation du passage piéton de la rue des Tilleuls. La commune \
répond que le plateau ralentisseur est inscrit au projet de voirie.
Le projet de classe de découverte à la Maison du Parc du Morvan est approuvé."""

PATRIMOINE = """# Convention d’objectifs avec Les Amis du patrimoine
La commune soutient la restauration du lavoir de la Combe-aux-Loups par une subvention de 1 500 € \
et le prêt de l’échafaudage municipal.
L’association remet un compte rendu financier dans les six mois suivant la clôture de l’exercice."""

SALLE = """# Règlement de la salle des fêtes
La salle des fêtes Marcel-Pagnol peut accueillir 180 personnes assises.
Tarif du week-end : 220 € pour les habitants de la commune, 380 € pour les extérieurs. Caution : \
600 €.
La musique cesse à deux heures du matin. Le tri des déchets et le nettoyage de la cuisine sont à \
la charge du locataire."""

COURRIER_DDT = """Monsieur le Maire,

Dans le cadre de la révision du plan local d’urbanisme, je vous informe que le préfet portera à \
votre connaissance l’étude d’aléa de retrait-gonflement des argiles avant le 30 avril.

Je reste à votre disposition pour toute précision.

Stéphanie Bôle
Direction départementale des territoires — pôle planification"""

CONTROLE = """Monsieur le Maire,

Votre délibération {p}-043 relative à la cession de la parcelle AB 124 appelle de ma part \
l’observation suivante : l’avis du service des domaines doit être visé et joint à l’acte transmis.

Je vous remercie de bien vouloir me faire parvenir une délibération complétée dans le délai de \
deux \
mois.

Bureau du contrôle de légalité"""

ADMINISTRE = """Bonjour,

Je vous écris au sujet du chien errant qui divague chaque soir près du terrain de pétanque. Mes \
petits-enfants n’osent plus y jouer. Pourriez-vous prévenir la fourrière ?

J’en profite pour signaler que le lampadaire de l’impasse des Églantiers clignote depuis Noël.

Cordialement,
Ginette Maréchal"""

ETAT_CIVIL = """Notice d’utilisation du registre des décès
==========================================
1. Chaque acte est inscrit sur-le-champ, à la suite, sans blanc ni rature.
2. Les mentions marginales sont portées dans les trois jours.
3. La table décennale est dressée par ordre alphabétique.
4. L’avis de mention est adressé au greffe du tribunal judiciaire de Dijon.
"""

LIVRET = """# Livret de famille — mentions de l’officier de l’état civil
Le douze avril mil neuf cent soixante-dix-huit a été célébré le mariage
entre Auguste Chevallier, menuisier, et Thérèse Poulain, institutrice.
Officier de l’état civil : Armand Collet, maire."""

FICHE_POSTE = """# Fiche de poste — agent technique polyvalent
## Missions
Entretien des espaces verts et de la voirie, petites réparations dans les bâtiments communaux, \
déneigement, préparation des salles.
## Compétences
CACES R482 catégorie A, habilitation électrique B0, permis B ; permis C apprécié.
## Temps de travail
35 heures hebdomadaires, astreintes d’hiver rémunérées. Poste à pourvoir au 1er juin {n}."""

AIDE_SOCIALE = """# Commission permanente du CCAS — compte rendu
Dossier n° 7 : demande de secours d’urgence pour une facture d’énergie de 412 €. Accord pour 250 \
€, \
versés directement au fournisseur.
Dossier n° 8 : portage de repas à domicile, accord pour six mois.
Dossier n° 9 : demande ajournée, dans l’attente de l’avis d’imposition."""

GUIDE = """# Petit guide de l’élu de Saint-Aubin-le-Parvis
## Recevoir son dossier
La convocation arrive au moins trois jours francs avant la séance, par courriel ou sur papier \
selon \
votre choix.
## Donner pouvoir
Un conseiller empêché peut donner à un collègue de son choix pouvoir écrit de voter en son nom. Un \
même conseiller ne peut être porteur que d’un seul pouvoir.
## Poser une question orale
Le règlement intérieur prévoit l’envoi des questions au secrétariat deux jours avant la séance.
## Se déporter
L’élu intéressé à l’affaire sort de la salle et ne prend part ni au débat ni au vote."""

FACTURE = """# Facture d’électricité — école Jules-Ferry
Fournisseur : Énergie Mutualisée de Côte-d’Or
Période : du 1er décembre {p} au 31 janvier {n}
Consommation : 14 212 kWh. Montant à régler : 3 106,84 € TTC, à trente jours."""

OFFRE = """# Offre de l’entreprise Bâti-Bourgogne
Marché de rénovation énergétique de l’école Jules-Ferry, lot n° 2 : menuiseries extérieures
Montant de l’offre : 118 640,00 € hors taxes."""

LONG = """# Étude préalable
Étude de faisabilité de la liaison douce entre le bourg, la gare et le hameau de la \
Combe-aux-Loups, \
avec une passerelle sur le ruisseau de la Sansfond et un tracé de 2,4 kilomètres."""

FETES_AGENDA = [
    ("{n}0301", "Fête patronale de la Saint-Aubin", "Place de l’Église"),
    ("{n}0714", "Retraite aux flambeaux et feu d’artifice", "Stade municipal"),
    ("{n}1205", "Marché de Noël de l’école", "Préau de l’école Jules-Ferry"),
]
