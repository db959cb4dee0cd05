"""About sixty believable files of a commune of 2,300 inhabitants, of every type that is read.

Deterministic: the same day gives the same words. Nothing here is used outside demonstrations,
tests and benches; the three old Office files are fixtures in `assets`, since nothing simple
writes those formats.
"""

from __future__ import annotations

import gzip
import random
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import PIL.Image

from documents.demo_files import mail, office, pages, texts
from documents.demo_files.blocks import Block, blocks_of

ASSETS = Path(__file__).resolve().parent / "assets"
_DEFAULT_DAY = date(2026, 9, 15)


@dataclass(frozen=True, slots=True)
class DemoFile:
    """A file to deposit: its folder ("Finances/Budget"), its name, its bytes, why it is there.

    `word` is a word (or a few) that its text contains, accents included: what a person would
    search to find it. Empty for a file without text.
    """

    path_in_tree: str
    name: str
    content: bytes
    note: str
    word: str = ""


def make_files(today: date = _DEFAULT_DAY) -> list[DemoFile]:
    """The files as they would stand on `today`; takes a few seconds."""
    return _Office(today).files()


def make_next_version(today: date = _DEFAULT_DAY) -> DemoFile:
    """The zoning rules once corrected, to file over the first ones."""
    return _Office(today).corrected_rules()


class _Office:
    """The town hall's typing pool: one method per shelf."""

    def __init__(self, today: date) -> None:
        self._year = today.year
        self._dice = random.Random(2300)  # noqa: S311 - grain of paper, not a secret
        self._made: list[DemoFile] = []

    def files(self) -> list[DemoFile]:
        self._council()
        self._old_registers()
        self._budget()
        self._subsidies()
        self._urbanism()
        self._roads()
        self._school()
        self._associations()
        self._letters()
        self._confidential()
        self._to_sort()
        return self._made

    def _say(self, text: str) -> str:
        return (
            text.replace("{n}", str(self._year))
            .replace("{p}", str(self._year - 1))
            .replace("{s}", str(self._year + 1))
        )

    def _blocks(self, text: str) -> list[Block]:
        return blocks_of(self._say(text))

    def _rows(self, rows: texts.Rows) -> texts.Rows:
        return [
            [self._say(cell) if isinstance(cell, str) else cell for cell in row] for row in rows
        ]

    def _slides(self, slides: list[tuple[str, list[str]]]) -> list[tuple[str, list[str]]]:
        return [(self._say(title), [self._say(line) for line in lines]) for title, lines in slides]

    def _add(self, folder: str, name: str, content: bytes, note: str, word: str = "") -> None:
        self._made.append(
            DemoFile(self._say(folder), self._say(name), content, note, self._say(word))
        )

    def _written(
        self,
        folder: str,
        name: str,
        text: str,
        word: str,
        *,
        make: Callable[[list[Block]], bytes] = pages.pdf,
        note: str = "PDF né numérique",
    ) -> None:
        self._add(folder, name, make(self._blocks(text)), note, word)

    def _scan(self, text: str, *, angle: float) -> bytes:
        drawn = pages.sheets(pages.pdf(self._blocks(text), size=12))
        return pages.scanned_pdf([pages.scanned(sheet, self._dice, angle=angle) for sheet in drawn])

    def _council(self) -> None:
        folder = "Conseil municipal/{n}"
        self._written(folder, "Convocation du 12 mars {n}.pdf", texts.CONVOCATION, "convocation")
        day = "12 mars {n}"
        for number, title, subject, body, word in (
            ("001", "Compte administratif", "compte administratif {p}", "COMPTE_ADMINISTRATIF",
             "compte de gestion"),
            ("002", "Affectation du résultat", "affectation du résultat {p}", "AFFECTATION",
             "excédents de fonctionnement"),
            ("003", "Taux de fiscalité", "vote des taux de fiscalité", "TAUX", "pression fiscale"),
            ("004", "Budget primitif", "budget primitif {n}", "BUDGET", "éclairage public"),
            ("005", "Subventions aux associations", "subventions aux associations",
             "SUBVENTIONS", "Harmonie municipale"),
            ("012", "Tarifs de la cantine", "tarifs de la cantine et de la garderie", "CANTINE",
             "quotient familial"),
        ):  # fmt: skip
            text = texts.deliberation(f"{{n}}-{number}", subject, day, getattr(texts, body))
            self._written(folder, f"{{n}}-{number} {title}.pdf", text, word)
        self._written(
            folder, "{n}-013 Convention gymnase.docx", texts.GYMNASE, "Alain-Mimoun",
            make=office.docx, note="document Word",
        )  # fmt: skip
        self._written(
            folder, "PV séance du 12 mars {n} (projet).odt", texts.PROCES_VERBAL_MARS,
            "plantation de douze tilleuls", make=office.odt, note="document OpenDocument",
        )  # fmt: skip
        self._written(
            folder, "Note de synthèse du 12 mars {n}.docx", texts.SYNTHESE, "rationnaires",
            make=office.docx, note="document Word",
        )  # fmt: skip
        folder = "Conseil municipal/{p}"
        self._written(
            folder, "PV séance du 15 décembre {p}.pdf", texts.PROCES_VERBAL, "nids-de-poule"
        )
        self._written(
            folder, "Liste des délibérations du 15 décembre {p}.html", texts.LISTE,
            "agents recenseurs", make=office.html, note="page web",
        )  # fmt: skip
        self._written("Conseil municipal", "Guide de l’élu.pdf", texts.GUIDE, "porteur que d’un")

    def _old_registers(self) -> None:
        folder = "Conseil municipal/Registres anciens"
        self._add(
            folder, "Registre 1987 (numérisé).pdf", self._scan(texts.REGISTRE_1987, angle=0.8),
            "scan : le texte vient de la reconnaissance de caractères", "préau",
        )  # fmt: skip
        drawn = [
            pages.scanned(pages.sheets(pages.pdf(self._blocks(text), size=13))[0], self._dice,
                          angle=angle)
            for text, angle in ((texts.FONTAINE_1994, -1.1), (texts.REGISTRE_1987, 0.5))
        ]  # fmt: skip
        bilevel = [sheet.point(lambda value: 255 if value > 150 else 0, "1") for sheet in drawn]
        content = pages.encoded(
            bilevel[0], "TIFF", save_all=True, append_images=bilevel[1:], compression="group4",
            dpi=(200, 200),
        )  # fmt: skip
        self._add(
            folder, "Délibération fontaine 1994.tiff", content, "fax de deux pages", "vétusté"
        )

    def _budget(self) -> None:
        folder = "Finances/Budget {n}"
        rows = self._rows(texts.BUDGET_ROWS)
        self._add(
            folder, "Budget primitif {n}.xlsx",
            office.xlsx({"Budget": rows, "Dette": self._rows(texts.DETTE_ROWS)}),
            "classeur Excel de deux feuilles", "Charges à caractère général",
        )  # fmt: skip
        self._add(
            folder, "Compte administratif {p}.ods",
            office.ods({"Mandats": self._rows(texts.COMPTE_ROWS)}), "classeur OpenDocument",
            "Alimentation",
        )  # fmt: skip
        self._add(
            folder, "Suivi des dépenses {n}.csv",
            office.csv(self._rows(texts.DEPENSES_ROWS), encoding="cp1252"),
            "CSV en Windows-1252, comme l’exporte un tableur", "Dépannage candélabre",
        )  # fmt: skip
        self._add(
            folder, "Balance régie cantine.csv",
            office.csv(self._rows(texts.BALANCE_ROWS), encoding="utf-8-sig"),
            "CSV en UTF-8 avec marque", "Créditeurs divers",
        )  # fmt: skip
        self._add(
            folder, "Débat d’orientation budgétaire.pptx",
            office.pptx(self._slides(texts.DOB)), "présentation PowerPoint", "Épargne brute",
        )  # fmt: skip
        self._asset(folder, "État de la dette.xls", "classeur Excel ancien", "station d’épuration")
        decomposed = unicodedata.normalize("NFD", "Facture électricité école – février.pdf")
        self._written(
            "Finances/Factures", decomposed, texts.FACTURE, "Énergie Mutualisée",
            note="nom venu d’un Mac, accents décomposés",
        )  # fmt: skip

    def _asset(self, folder: str, name: str, note: str, word: str) -> None:
        stored = ASSETS / f"ancien{Path(name).suffix}"
        packed = stored.with_name(f"{stored.name}.gz")
        content = gzip.decompress(packed.read_bytes()) if packed.exists() else stored.read_bytes()
        self._add(folder, name, content, note, word)

    def _subsidies(self) -> None:
        folder = "Finances/Subventions"
        self._written(folder, "Demande DETR rue des Tilleuls.pdf", texts.DETR, "faïençage")
        self._add(
            folder, "Tableau des subventions {n}.xlsx",
            office.xlsx({"Associations": self._rows(texts.SUBVENTION_ROWS)}), "classeur Excel",
            "Club des aînés ruraux",
        )  # fmt: skip
        self._written(
            folder, "Dossier Les Amis du patrimoine.rtf", texts.DOSSIER_ASSOCIATION,
            "charpentier", make=office.rtf, note="document RTF",
        )  # fmt: skip
        stamp = self._say(
            "Envoyé en préfecture le 18/03/{n} - Reçu en préfecture le 18/03/{n} - "
            "Publié le 20/03/{n} - ID : 021-212105401-{n}0312-{n}_014-DE"
        )
        scan = pages.stamped(self._scan(texts.NOTIFICATION, angle=-0.6), stamp)
        self._add(
            folder, "Notification DETR préfecture.pdf", scan,
            "scan portant le tampon numérique de la préfecture", "deux ans à compter",
        )  # fmt: skip

    def _rules(self) -> str:
        articles = "\n".join(
            f"## Article UB {number} — {title}\n{body}\n{body}"
            for number, (title, body) in enumerate(texts.PLU_ARTICLES, start=1)
        )
        return f"# Plan local d’urbanisme — règlement de la zone UB\n{articles}"

    def corrected_rules(self) -> DemoFile:
        """The same rules after the public inquiry: a few words, and one sentence more."""
        text = self._rules()
        for before, after in texts.PLU_CORRECTIONS:
            text = text.replace(before, after)
        self._written("Urbanisme/PLU", "PLU règlement zone UB.pdf", text, "végétalisées")
        return self._made[-1]

    def _urbanism(self) -> None:
        folder = "Urbanisme/PLU"
        self._written(
            folder, "PLU règlement zone UB.pdf", self._rules(), "clôtures en plaques de béton"
        )
        self._written(
            folder, "PLU rapport de présentation (extrait).odt", texts.PLU_RAPPORT,
            "étalement urbain", make=office.odt, note="document OpenDocument",
        )  # fmt: skip
        self._add(folder, "Plan de zonage centre-bourg.pdf", pages.plan_pdf(), "grand plan",
                  "chemin des Lavandières")  # fmt: skip
        self._add(folder, "Logo du PLU.svg", _LOGO.encode(), "dessin SVG, jamais affiché en ligne")
        folder = "Urbanisme/Autorisations"
        self._add(
            folder, "DP 021 540 25 R0017 Thévenin.pdf", self._scan(texts.DECLARATION, angle=1.4),
            "scan de travers", "panneaux photovoltaïques",
        )  # fmt: skip
        self._written(
            folder, "Avis PC Durand.docx", texts.PERMIS, "Les Grands Champs", make=office.docx,
            note="document Word",
        )  # fmt: skip
        notice = pages.sheets(pages.pdf(self._blocks(texts.AVIS_ENQUETE), size=22))[0]
        self._add(
            folder, "Affichage enquête publique.heic",
            pages.heic(pages.photographed(notice, self._dice)),
            "photo de téléphone HEIC", "enquête publique",
        )  # fmt: skip

    def _roads(self) -> None:
        folder = "Voirie et bâtiments/Rue des Tilleuls"
        self._written(
            folder, "Arrêté {n}-018 circulation.pdf", texts.ARRETE, "véhicules de secours"
        )
        self._written(
            folder, "CR chantier n°3.docx", texts.CHANTIER, "canalisation d’eau potable",
            make=office.docx, note="document Word",
        )  # fmt: skip
        self._written(folder, "Devis Eurovia voirie.pdf", texts.DEVIS, "béton désactivé")
        self._add(
            folder, "Réunion publique voirie.odp", office.odp(self._slides(texts.REUNION_VOIRIE)),
            "présentation OpenDocument", "Plateau ralentisseur",
        )  # fmt: skip
        sign = pages.sheets(pages.pdf(self._blocks(texts.PANNEAU), size=34))[0]
        photo = pages.photographed(sign, self._dice)
        lying = photo.transpose(PIL.Image.Transpose.ROTATE_90)
        exif = pages.phone_exif(self._say("{n}:07:06 08:12:40"))
        self._add(
            folder, "IMG_2043.jpg", pages.encoded(lying, "JPEG", quality=80, exif=exif),
            "photo de téléphone couchée, avec position GPS", "Déviation",
        )  # fmt: skip
        marking = pages.sheets(pages.pdf(self._blocks(texts.MARQUAGE), size=16))[0]
        self._add(
            folder, "Marquage au sol.webp", pages.encoded(pages.cropped(marking), "WEBP"),
            "image WebP", "Passage piéton",
        )  # fmt: skip
        water = pages.sheets(pages.pdf(self._blocks(texts.FICHE_EAU), size=14))[0]
        self._add(
            "Voirie et bâtiments/Réseaux", "Récolement eau potable.png",
            pages.encoded(pages.cropped(water), "PNG", optimize=True), "image PNG",
            "Vanne de sectionnement",
        )  # fmt: skip

    def _school(self) -> None:
        folder = "École et cantine"
        self._written(folder, "Menus semaines 11 et 12.pdf", texts.MENUS, "lentilles")
        self._asset(
            folder, "Règlement intérieur de la cantine.doc", "document Word ancien",
            "certificat médical",
        )  # fmt: skip
        self._asset(
            folder, "Projet éducatif de territoire.ppt", "présentation ancienne",
            "Éveil musical",
        )  # fmt: skip
        self._add(
            folder, "Effectifs rentrée {n}.ods",
            office.ods({"Effectifs": self._rows(texts.EFFECTIFS_ROWS)}), "classeur OpenDocument",
            "Petite et moyenne section",
        )  # fmt: skip
        self._written(
            folder, "Conseil d’école du 10 novembre {p}.odt", texts.CONSEIL_ECOLE,
            "classe de découverte", make=office.odt, note="document OpenDocument",
        )  # fmt: skip

    def _associations(self) -> None:
        folder = "Vie associative"
        self._written(
            folder, "Convention Amis du patrimoine.docx", texts.PATRIMOINE, "échafaudage",
            make=office.docx, note="document Word",
        )  # fmt: skip
        self._add(
            folder, "Bilan Comité des fêtes.xlsx",
            office.xlsx({"Bilan": self._rows(texts.FETES_ROWS)}), "classeur Excel",
            "Vide-greniers",
        )  # fmt: skip
        self._written(
            folder, "Règlement salle des fêtes.rtf", texts.SALLE, "Marcel-Pagnol",
            make=office.rtf, note="document RTF",
        )  # fmt: skip
        self._add(
            folder, "Calendrier des fêtes {n}.ics", self._agenda(), "agenda", "feu d’artifice"
        )

    def _agenda(self) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Saint-Aubin//FR"]
        for day, title, place in texts.FETES_AGENDA:
            lines += [
                "BEGIN:VEVENT",
                f"UID:{self._say(day)}@saint-aubin-le-parvis.example",
                f"DTSTART;VALUE=DATE:{self._say(day)}",
                f"SUMMARY:{title}",
                f"LOCATION:{place}",
                "END:VEVENT",
            ]
        return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()

    def _letters(self) -> None:
        folder = "Courrier/Reçu {n}"
        self._add(
            folder, "DDT porter à connaissance argiles.eml",
            mail.eml(
                sender="Stéphanie Bôle <stephanie.bole@cote-dor.example>",
                to="Mairie de Saint-Aubin-le-Parvis <mairie@saint-aubin-le-parvis.example>",
                subject="Révision du PLU : retrait-gonflement des argiles",
                date=self._say("Tue, 17 Feb {n} 09:41:00 +0100"),
                body=texts.COURRIER_DDT,
                attachment=("Étude d’aléa.pdf", pages.pdf(self._blocks(texts.LONG))),
            ),
            "message avec pièce jointe", "pôle planification",
        )  # fmt: skip
        self._add(
            folder, "Réclamation chien errant.eml",
            mail.eml(
                sender="Ginette Maréchal <g.marechal@courrier.example>",
                to="mairie@saint-aubin-le-parvis.example",
                subject="Chien errant près du terrain de pétanque",
                date=self._say("Sun, 22 Feb {n} 18:05:00 +0100"),
                body=texts.ADMINISTRE.replace("’", "'"),
                charset="iso-8859-1",
            ),
            "message en Latin-1", "impasse des Églantiers",
        )  # fmt: skip
        self._add(
            folder, "Préfecture contrôle de légalité.msg",
            mail.msg(
                sender="Bureau du contrôle de légalité",
                to="Mairie de Saint-Aubin-le-Parvis",
                subject=self._say("Observation sur la délibération {p}-043"),
                body=self._say(texts.CONTROLE),
            ),
            "message Outlook", "service des domaines",
        )  # fmt: skip
        self._add(folder, "winmail.dat", mail.winmail("Pièce jointe égarée"), "enveloppe Outlook")
        self._add(
            "Marchés publics/École Jules-Ferry", "Offre lot 2 Bâti-Bourgogne.pdf.p7m",
            mail.p7m(pages.pdf(self._blocks(texts.OFFRE))), "fichier signé",
        )  # fmt: skip
        self._add(
            "Marchés publics/École Jules-Ferry", "Pièces du marché.zip",
            office.zipped({
                "CCAP.txt": b"Cahier des clauses administratives",
                "Règlement de la consultation.pdf": pages.pdf(self._blocks(texts.OFFRE)),
            }),
            "archive ZIP", "Règlement de la consultation",
        )  # fmt: skip

    def _confidential(self) -> None:
        self._add("État civil", "Notice registre des décès.txt", texts.ETAT_CIVIL.encode("utf-8"),
                  "texte UTF-8", "mentions marginales")  # fmt: skip
        book = pages.sheets(pages.pdf(self._blocks(texts.LIVRET), size=15))[0]
        scan = pages.cropped(pages.scanned(book, self._dice, angle=-1.7))
        self._add("État civil", "Livret de famille Chevallier.jpg",
                  pages.encoded(scan, "JPEG", quality=75), "scan JPEG", "institutrice")  # fmt: skip
        self._written(
            "Ressources humaines", "Fiche de poste agent technique.docx", texts.FICHE_POSTE,
            "habilitation électrique", make=office.docx, note="document Word",
        )  # fmt: skip
        self._add(
            "Ressources humaines", "Tableau des effectifs {n}.xlsx",
            office.xlsx({"Postes": self._rows(texts.POSTES_ROWS)}), "classeur Excel",
            "Attaché territorial",
        )  # fmt: skip
        self._written(
            "Aides sociales", "CR commission permanente CCAS.odt", texts.AIDE_SOCIALE,
            "portage de repas", make=office.odt, note="document OpenDocument",
        )  # fmt: skip

    def _to_sort(self) -> None:
        picture = pages.sheets(pages.pdf(self._blocks(texts.FICHE_EAU), size=14), dpi=150)[0]
        self._add(
            "À classer", "Scan0001.pdf", pages.encoded(picture, "PNG", optimize=True),
            "image PNG nommée .pdf : l’agent en est averti", "Château d’eau",
        )  # fmt: skip
        long_name = (
            "Étude préalable de faisabilité de la liaison douce entre le bourg, la gare et le "
            "hameau de la Combe-aux-Loups avec passerelle sur le ruisseau de la Sansfond – version "
            "transmise au conseil départemental le 14 janvier.pdf"
        )
        self._written("À classer", long_name, texts.LONG, "passerelle", note="nom très long")
        note = (
            "à classer : clé du local technique rendue par M. Fabre, double chez le garde champêtre"
        )
        self._add("À classer", "Note clé.txt", note.encode("cp1252"), "texte Windows-1252",
                  "garde champêtre")  # fmt: skip
        stamp = PIL.Image.new("P", (320, 120), 0)
        stamp.putpalette([240, 240, 235, 200, 40, 40])
        for x in range(20, 300):
            stamp.putpixel((x, 60), 1)
        self._add(
            "À classer", "Trait de coupe.gif", pages.encoded(stamp, "GIF"), "image sans texte"
        )


_LOGO = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<svg xmlns="http://www.w3.org/2000/svg" '
    'viewBox="0 0 80 80"><path d="M10 70V30l30-20 30 20v40z" fill="#2f6f4f"/></svg>\n'
)

__all__ = ["ASSETS", "DemoFile", "make_files"]
