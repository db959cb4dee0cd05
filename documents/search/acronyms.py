"""The initials that town halls write, and what they stand for. Data only.

A text that says either is found by the other. Folded; several ways to say one are separated by a
bar. Initials that are also a common word are left out.
"""

from __future__ import annotations

_TABLE = """
aap appel à projets
abf architecte des bâtiments de france
ademe agence de l'environnement et de la maîtrise de l'énergie
alsh accueil de loisirs sans hébergement
anct agence nationale de la cohésion des territoires
anah agence nationale de l'habitat
apd avant-projet définitif
aps avant-projet sommaire
ars agence régionale de santé
asa association syndicale autorisée
atsem agent territorial spécialisé des écoles maternelles
bp budget primitif
bpu bordereau des prix unitaires
bs budget supplémentaire
bal base adresse locale
caf caisse d'allocations familiales
cao commission d'appel d'offres
caue conseil d'architecture d'urbanisme et de l'environnement
ccag cahier des clauses administratives générales
ccap cahier des clauses administratives particulières
ccas centre communal d'action sociale
cctp cahier des clauses techniques particulières
ccid commission communale des impôts directs
cdc caisse des dépôts et consignations|caisse des dépôts
cdd contrat à durée déterminée
cdi contrat à durée indéterminée
cdg centre de gestion
cej contrat enfance jeunesse
cet compte épargne temps
cgct code général des collectivités territoriales
cgfp code général de la fonction publique
chsct comité d'hygiène de sécurité et des conditions de travail
cia complément indemnitaire annuel
cias centre intercommunal d'action sociale
cig centre interdépartemental de gestion
clect commission locale d'évaluation des charges transférées
clsh centre de loisirs sans hébergement
cmj conseil municipal des jeunes
cnas comité national d'action sociale
cnfpt centre national de la fonction publique territoriale
cnil commission nationale de l'informatique et des libertés
cnracl caisse nationale de retraites des agents des collectivités locales
cpam caisse primaire d'assurance maladie
crc chambre régionale des comptes
cst comité social territorial
ctg convention territoriale globale
dce dossier de consultation des entreprises
dcm délibération du conseil municipal
ddfip direction départementale des finances publiques
ddt direction départementale des territoires
ddtm direction départementale des territoires et de la mer
deci défense extérieure contre l'incendie
detr dotation d'équipement des territoires ruraux
dgd décompte général définitif
dgcl direction générale des collectivités locales
dgf dotation globale de fonctionnement
dgfip direction générale des finances publiques
dgs directeur général des services|directrice générale des services|direction générale des services
dia déclaration d'intention d'aliéner
dicrim document d'information communal sur les risques majeurs
dob débat d'orientation budgétaire
doe dossier des ouvrages exécutés
dpo délégué à la protection des données|déléguée à la protection des données
dpu droit de préemption urbain
drac direction régionale des affaires culturelles
dreal direction régionale de l'environnement de l'aménagement et du logement
dsil dotation de soutien à l'investissement local
dsp délégation de service public
dsu dotation de solidarité urbaine
dsr dotation de solidarité rurale
duerp document unique d'évaluation des risques professionnels|document unique
dup déclaration d'utilité publique
eaje établissement d'accueil du jeune enfant
ehpad établissement d'hébergement pour personnes âgées dépendantes
enaf espaces naturels agricoles et forestiers
epci établissement public de coopération intercommunale
epf établissement public foncier
epl entreprise publique locale
erp établissement recevant du public
esat établissement et service d'aide par le travail
etp équivalent temps plein
fctva fonds de compensation pour la taxe sur la valeur ajoutée|fonds de compensation pour la tva
fctva fonds de compensation de la tva
fpic fonds de péréquation des ressources intercommunales et communales
gemapi gestion des milieux aquatiques et prévention des inondations
gip groupement d'intérêt public
glpi gestion libre de parc informatique
ial information acquéreur locataire
icpe installation classée pour la protection de l'environnement
ifer imposition forfaitaire sur les entreprises de réseaux
ifse indemnité de fonctions de sujétions et d'expertise
ign institut national de l'information géographique et forestière
insee institut national de la statistique et des études économiques
ldg lignes directrices de gestion|ligne directrice de gestion
mapa marché à procédure adaptée
moa maîtrise d'ouvrage|maître d'ouvrage
moe maîtrise d'oeuvre|maître d'oeuvre
nbi nouvelle bonification indiciaire
oap orientation d'aménagement et de programmation|orientations d'aménagement et de programmation
odp occupation du domaine public
om ordures ménagères
opac office public d'aménagement et de construction
oph office public de l'habitat
opah opération programmée d'amélioration de l'habitat
padd projet d'aménagement et de développement durables
pave plan de mise en accessibilité de la voirie et des espaces publics
pcaet plan climat air énergie territorial
pcs plan communal de sauvegarde
pdalhpd plan départemental d'action pour le logement et l'hébergement
pdu plan de déplacements urbains
pedt projet éducatif territorial
pes protocole d'échange standard
plh programme local de l'habitat
plu plan local d'urbanisme
plui plan local d'urbanisme intercommunal
pmi protection maternelle et infantile
pmr personne à mobilité réduite|personnes à mobilité réduite
ppi plan pluriannuel d'investissement|programmation pluriannuelle des investissements
ppr plan de prévention des risques
ppri plan de prévention du risque inondation|plan de prévention des risques inondation
ppri plan de prévention des risques d'inondation
pup projet urbain partenarial
pv procès verbal|procès-verbaux
pvr participation pour voirie et réseaux
ram relais d'assistantes maternelles|relais assistantes maternelles
rar restes à réaliser|reste à réaliser
rgaa référentiel général d'amélioration de l'accessibilité
rgpd règlement général sur la protection des données
rh ressources humaines
rifseep régime indemnitaire tenant compte des fonctions
rlp règlement local de publicité
rlpi règlement local de publicité intercommunal
rnu règlement national d'urbanisme
rob rapport d'orientation budgétaire|rapport d'orientations budgétaires
rodp redevance d'occupation du domaine public
rpe relais petite enfance
rpi regroupement pédagogique intercommunal
rpqs rapport sur le prix et la qualité du service
rpqs rapport annuel sur le prix et la qualité du service
rsa revenu de solidarité active
rtt réduction du temps de travail
sage schéma d'aménagement et de gestion des eaux
safer société d'aménagement foncier et d'établissement rural
scot schéma de cohérence territoriale
sdage schéma directeur d'aménagement et de gestion des eaux
sdis service départemental d'incendie et de secours
siaep syndicat intercommunal d'alimentation en eau potable
sig système d'information géographique
sivom syndicat intercommunal à vocation multiple
sivu syndicat intercommunal à vocation unique
spa société protectrice des animaux
spanc service public d'assainissement non collectif
spic service public industriel et commercial
spl société publique locale
sps sécurité et protection de la santé
sru solidarité et renouvellement urbains
tap temps d'activités périscolaires
tfb taxe foncière sur les propriétés bâties
tfnb taxe foncière sur les propriétés non bâties
teom taxe d'enlèvement des ordures ménagères
tlpe taxe locale sur la publicité extérieure
tva taxe sur la valeur ajoutée
vrd voirie et réseaux divers
zac zone d'aménagement concerté
zad zone d'aménagement différé
zan zéro artificialisation nette
zfe zone à faibles émissions
znieff zone naturelle d'intérêt écologique faunistique et floristique
zppaup zone de protection du patrimoine architectural urbain et paysager
"""

#: (initials, one way to say them), the longest ways first.
SAID = tuple(
    sorted(
        (
            (initials, way)
            for initials, _, ways in (line.partition(" ") for line in _TABLE.strip().splitlines())
            for way in ways.split("|")
        ),
        key=lambda said: (-len(said[1]), said[1]),
    )
)

INITIALS = frozenset(initials for initials, _ in SAID)
