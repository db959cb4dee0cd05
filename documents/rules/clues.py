"""What an unsorted file says of itself: its kind, its date, its object, who wrote it.

Pure. Simple on purpose: each clue comes from words that can be shown, so that a proposal can be
explained and a wrong one understood.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import PurePosixPath

from config.lib.text import MONTHS, clean_name, fold

_HEAD = 1500  # characters: letterhead, object, first lines
_LONGEST_OBJECT = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of paper: its short code in a file name, its name for one and for several."""

    code: str
    one: str
    many: str
    pattern: re.Pattern[str]


def _kind(code: str, one: str, many: str, pattern: str) -> Kind:
    return Kind(code, one, many, re.compile(rf"(?<![a-z])(?:{pattern})(?![a-z])"))


# In the order in which a tie is decided: the more precise first. Patterns on folded text.
KINDS = (
    _kind("FACT", "facture", "factures", r"factures?|fact|avoir n|net a payer|montant ttc a payer"),
    _kind("DEVIS", "devis", "devis", r"devis|offre de prix|proposition commerciale"),
    _kind("BC", "bon de commande", "bons de commande", r"bons? de commande|bc"),
    _kind("CONVOC", "convocation", "convocations", r"convocations?|convoc|vous etes convoquee?s?"),
    _kind(
        "CR", "compte rendu", "comptes rendus", r"comptes?[ -]rendus?|cr|releve de decisions"
    ),
    _kind("PV", "procès-verbal", "procès-verbaux", r"proces[ -]verba(?:l|ux)|pv"),
    _kind("DELIB", "délibération", "délibérations", r"deliberations?|delib|dcm"),
    _kind("ARR", "arrêté", "arrêtés", r"arretes? (?:municipal|du maire|permanent|temporaire|n)"
          r"|arrete|arr"),
    _kind("PC", "permis", "permis", r"permis de (?:construire|demolir|amenager)|pc \d{3}"),
    _kind("DP", "déclaration préalable", "déclarations préalables",
          r"declarations? prealables?|dp \d{3}"),
    _kind("DIA", "déclaration d’intention d’aliéner", "déclarations d’intention d’aliéner",
          r"declarations? d'intention d'aliener|dia"),
    _kind("CONV", "convention", "conventions", r"conventions?|avenant a la convention|conv"),
    _kind("CTR", "contrat", "contrats", r"contrats?|police d'assurance|avenant"),
    _kind("SUBV", "subvention", "subventions",
          r"subventions?|dotation|detr|dsil|fonds de concours"),
    _kind("ATT", "attestation", "attestations", r"attestations?|certificats?|certifie"),
    _kind("RAPPORT", "rapport", "rapports", r"rapports?|diagnostic|proces d'essai|audit"),
    _kind("RIB", "relevé d’identité bancaire", "relevés d’identité bancaire",
          r"rib|releve d'identite bancaire"),
    _kind("INV", "invitation", "invitations", r"invitations?|avez le plaisir|convie"),
    _kind("COURRIER", "courrier", "courriers",
          r"madame,? monsieur|monsieur le maire|madame la maire|objet ?:|lettre|courrier"),
)  # fmt: skip
BY_CODE = {kind.code: kind for kind in KINDS}

_MONTH = {fold(name): number for number, name in enumerate(MONTHS, 1)} | {
    "janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_DATES = re.compile(
    r"(?<!\d)(?:"
    r"(?P<y1>(?:19|20)\d\d)[-_./]?(?P<m1>0[1-9]|1[0-2])[-_./]?(?P<d1>0[1-9]|[12]\d|3[01])"
    r"|(?P<d2>0?[1-9]|[12]\d|3[01]) ?[/.-] ?(?P<m2>0?[1-9]|1[0-2]) ?[/.-] ?(?P<y2>(?:19|20)?\d\d)"
    r"|(?P<d3>0?[1-9]|[12]\d|3[01])(?:er)?[ _-](?P<m3>"
    + "|".join(sorted(_MONTH, key=len, reverse=True))
    + r")\.?[ _-](?P<y3>(?:19|20)\d\d)"
    r")(?!\d)"
)
# What stands just before a date says whether it is the paper's own.
_OWN = re.compile(
    r"(?:\bdate(?: d'emission| de facture| du courrier)?|\bfait a [^.\n]{2,40}|\ble|\bdu|,)"
    r"[ :.]*(?:le )?(?:lundi |mardi |mercredi |jeudi |vendredi |samedi |dimanche )?$"
)
_FIRST = re.compile(
    r"(?:date(?: d'emission| de facture| du courrier)? ?:?|fait a [^\n]{2,40}) ?(?:le )?$"
)
_OTHER = re.compile(
    r"(?:echeance|avant le|au plus tard|jusqu'au|limite|a payer|nee?(?: le)?|prelevement|expire"
    r"|valable|validite|a compter du|loi n|decret|code|version|vu |article)[^\n]{0,40}$"
)

_OBJECT = re.compile(r"^\s*(?:objet|obj|ref(?:erence)?|concerne)\s*:\s*(.{4,120})$", re.I | re.M)
_COMPANY = re.compile(
    r"^\s*((?:SARL|SAS|SASU|EURL|SA|SCOP|ETS|ÉTABLISSEMENTS?|ENTREPRISE|GROUPE|SYNDICAT|PRÉFECTURE"
    r"|PREFECTURE|DÉPARTEMENT|RÉGION|ASSOCIATION|CABINET|GARAGE|MENUISERIE)\b[^\n,;:(]{2,50})",
    re.M | re.I,
)
_PUBLIC_MAIL = frozenset(
    [
        "gmail",
        "orange",
        "wanadoo",
        "free",
        "sfr",
        "laposte",
        "hotmail",
        "outlook",
        "yahoo",
        "live",
        "bbox",
        "neuf",
        "icloud",
        "me",
        "proton",
        "protonmail",
        "courriel",
    ]
)
_EMPTY = frozenset(
    [
        "le",
        "la",
        "les",
        "l",
        "un",
        "une",
        "des",
        "du",
        "de",
        "d",
        "au",
        "aux",
        "et",
        "ou",
        "a",
        "en",
        "sur",
        "sous",
        "par",
        "pour",
        "dans",
        "votre",
        "vos",
        "notre",
        "nos",
        "re",
        "fw",
        "fwd",
        "tr",
        "scan",
        "img",
        "image",
        "document",
        "doc",
        "fichier",
        "copie",
        "piece",
        "jointe",
        "pieces",
        "jointes",
        "sans",
        "titre",
        "new",
        "nouveau",
        "n",
        "no",
        "ref",
        "numero",
        "date",
        "objet",
        "page",
        "photo",
        "final",
        "def",
        "version",
        "via",
        "the",
        "of",
        "monsieur",
        "madame",
        "maire",
        "bonjour",
        "ci",
        "joint",
        "pdf",
        "jpg",
    ]
)
_WORD = re.compile(r"[a-z0-9]+")


@dataclass(frozen=True, slots=True)
class Clues:
    """What was understood. `object` is in plain words, `author` who wrote it; both may be empty."""

    kind: Kind | None
    day: date | None
    object: str
    author: str


def clues_of(
    *,
    name: str,
    text: str = "",
    subject: str = "",
    sender_name: str = "",
    sender_address: str = "",
    own_domains: frozenset[str] = frozenset(),
    today: date,
) -> Clues:
    """Read the clues of one file. `own_domains` are the town hall's: a colleague who forwards a
    mail is not its author."""
    stem = PurePosixPath(name).stem
    kind = kind_of(stem, subject, text)
    author = author_of(sender_name, sender_address, text, own_domains)
    return Clues(
        kind=kind,
        day=day_of(stem, text, today=today),
        object=_object(kind, stem, subject, text, author),
        author=author,
    )


def kind_of(name: str, subject: str = "", text: str = "") -> Kind | None:
    """The kind of paper, by its words: those of its name count most, then its first lines."""
    places = (
        (8, _words(name)),
        (5, _words(subject)),
        (4, fold(text[:300])),
        (1, fold(text[:_HEAD])),
    )
    best, best_score = None, 0
    for kind in KINDS:
        score = sum(
            weight * min(2, len(kind.pattern.findall(place))) for weight, place in places if place
        )
        if kind.code == "COURRIER":
            score = min(score, 2)  # every letter says so; any other word is more precise
        if score > best_score:
            best, best_score = kind, score
    return best


def _words(name: str) -> str:
    """A name as words: what joins them in files is a space, capitals inside a word too."""
    spaced = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", name)
    return fold(re.sub(r"[_.\-]+", " ", spaced))


def day_of(name: str, text: str, *, today: date) -> date | None:
    """The date that the paper bears: by what stands before it, and how early it comes."""
    best: tuple[float, date] | None = None
    for bonus, source in ((3.0, fold(name).replace("_", " ")), (0.0, fold(text[:4000]))):
        for rank, match in enumerate(_DATES.finditer(source)):
            day = _day(match)
            if day is None or not date(1980, 1, 1) <= day <= today + timedelta(days=400):
                continue
            before = source[max(0, match.start() - 60) : match.start()].rpartition("\n")[2]
            score = bonus - 0.1 * min(rank, 20) - match.start() / 4000
            if _FIRST.search(before):
                score += 4
            elif _OTHER.search(before):
                score -= 4
            elif _OWN.search(before):
                score += 1.5
            if day > today:
                score -= 2
            if best is None or score > best[0]:
                best = (score, day)
    return best[1] if best and best[0] > -3 else None


def _day(match: re.Match[str]) -> date | None:
    found = match.groupdict()
    if found["y1"]:
        year, month, day = int(found["y1"]), int(found["m1"]), int(found["d1"])
    elif found["y2"]:
        year, month, day = int(found["y2"]), int(found["m2"]), int(found["d2"])
    else:
        year, month, day = int(found["y3"]), _MONTH[found["m3"]], int(found["d3"])
    try:
        return date(year + 2000 if year < 100 else year, month, day)
    except ValueError:
        return None


def author_of(sender_name: str, sender_address: str, text: str, own_domains: frozenset[str]) -> str:
    """Who wrote it: the sender's organisation, or the firm that the first lines name."""
    domain = sender_address.rpartition("@")[2].casefold()
    main = domain.split(".")[-2] if domain.count(".") >= 1 else ""
    outside = domain and domain not in own_domains
    if outside and main and main not in _PUBLIC_MAIL and main not in {"gouv", "example"}:
        return main.upper() if len(main) <= 4 else main.capitalize()
    company = _COMPANY.search(text[:_HEAD])
    if company:
        return " ".join(company[1].split())[:60]
    return " ".join(sender_name.split())[:60] if outside else ""


def _object(kind: Kind | None, stem: str, subject: str, text: str, author: str) -> str:
    said = _OBJECT.search(text[:_HEAD])
    candidates = (stem, said[1] if said else "", subject, author)
    if kind is not None and kind.code in {"FACT", "DEVIS", "BC"} and author:
        candidates = (author, stem, said[1] if said else "", subject)
    for candidate in candidates:
        words = _full_words(candidate, kind)
        if words:
            return " ".join(words)
    for line in text[:_HEAD].splitlines():
        words = _full_words(line, kind)
        if len(words) >= 2:
            return " ".join(words)
    return ""


def _full_words(text: str, kind: Kind | None) -> list[str]:
    """Up to four words that say something: no date, no number alone, not the kind itself."""
    flat = _DATES.sub(" ", _words(text))
    if kind is not None:
        flat = kind.pattern.sub(" ", flat)
    kept: list[str] = []
    for word in _WORD.findall(flat):
        if word in _EMPTY or len(word) < 2 or word.isdigit() or _is_rubbish(word):
            continue
        if word in kept or len(" ".join([*kept, word])) > _LONGEST_OBJECT:
            continue
        kept.append(word)
        if len(kept) == 4:
            break
    return kept if any(len(word) > 2 for word in kept) else []


def _is_rubbish(word: str) -> bool:
    """`scan0012`, `img20260312`, `a3f9c0d2`: a machine's number and not a word."""
    digits = sum(letter.isdigit() for letter in word)
    return (digits >= 3 and digits * 2 >= len(word)) or bool(
        re.fullmatch(r"(?:scan|img|image|doc|document|photo|copie|numerisation|file|page)\d+", word)
    )


def good_name(clues: Clues, *, extension: str, day: date, fallback: str) -> str:
    """TYPE_OBJET_AAAAMMJJ, as people are taught; the name it came with when nothing was read."""
    parts = [clues.kind.code if clues.kind else "", clues.object.upper().replace(" ", "-")]
    said = [part for part in parts if part]
    if not said:
        return clean_name(fallback)
    ending = f".{extension.lstrip('.').lower()}" if extension else ""
    return "_".join([*said, f"{day:%Y%m%d}"]) + ending


def redated(name: str, *, before: date, after: date) -> str:
    """The name with its date changed, when it holds the one that was proposed."""
    return name.replace(f"{before:%Y%m%d}", f"{after:%Y%m%d}")
