"""The files of an @ctes transmission: messages as XML, one archive, and the receipt read back.

Schema ``actesv1_1.xsd`` (namespace ACTES#v1.1-20040216). Frozen data in, bytes out; what comes back
is read without any document type nor entity.
"""

from __future__ import annotations

import gzip
import io
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO
from xml.etree import ElementTree as ET
from xml.parsers import expat

from council.rules.actes import Envelope, clean_object, department_code, normal_number
from council.rules.nomenclature import levels

ACTES = "http://www.interieur.gouv.fr/ACTES#v1.1-20040216"
INSEE = "http://xml.insee.fr/schema"
#: A receipt is a few kilobytes.
MOST_BYTES = 1_000_000

ET.register_namespace("actes", ACTES)
ET.register_namespace("insee", INSEE)


class NotAReceipt(Exception):
    """What was brought is not a receipt of the State, in a French sentence."""


@dataclass(frozen=True, slots=True)
class ActMessage:
    """What the message 1-1 says. ``files``: names in the archive, the act first."""

    number: str
    decided_on: date
    nature: int
    matter: str
    object: str
    classification_on: date
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """A message 1-2: which act, received on which day."""

    unique_id: str
    received_on: date


def act_xml(message: ActMessage) -> bytes:
    """Message 1-1: the act and its annexes (R-ACT-01)."""
    root = ET.Element(
        _a("Acte"),
        {
            _a("Date"): message.decided_on.isoformat(),
            _a("NumeroInterne"): normal_number(message.number),
            _a("CodeNatureActe"): str(message.nature),
        },
    )
    for depth, code in enumerate(levels(message.matter)[:5], start=1):
        ET.SubElement(root, _a(f"CodeMatiere{depth}"), {_a("CodeMatiere"): str(code)})
    ET.SubElement(root, _a("Objet")).text = clean_object(message.object)
    dated = ET.SubElement(root, _a("ClassificationDateVersion"))
    dated.text = message.classification_on.isoformat()
    act, *annexes = message.files
    _file(root, "Document", act)
    listed = ET.SubElement(root, _a("Annexes"), {_a("Nombre"): str(len(annexes))})
    for name in annexes:
        _file(listed, "Annexe", name)
    ET.SubElement(root, _a("DocumentPapier")).text = "N"
    return _bytes(root)


def envelope_xml(envelope: Envelope, message_name: str) -> bytes:
    """The envelope: who sends, where to answer, which message (R-ACT-02)."""
    root = ET.Element(_a("EnveloppeCLMISILL"))
    sender = ET.SubElement(root, _a("Emetteur"))
    ET.SubElement(
        sender,
        _a("IDCL"),
        {
            f"{{{INSEE}}}SIREN": envelope.siren,
            _a("Departement"): department_code(envelope.department),
            _a("Arrondissement"): envelope.arrondissement,
            _a("Nature"): envelope.nature,
        },
    )
    told = (
        ("Nom", envelope.referent_name),
        ("Telephone", envelope.referent_phone),
        ("Email", envelope.referent_email),
    )
    if any(value for _, value in told):
        referent = ET.SubElement(sender, _a("Referent"))
        for name, value in told:
            if value:
                ET.SubElement(referent, _a(name)).text = value
    answers = ET.SubElement(root, _a("AdressesRetour"))
    for email in envelope.return_emails:
        ET.SubElement(answers, _a("Email")).text = email
    _file(ET.SubElement(root, _a("FormulairesEnvoyes")), "Formulaire", message_name)
    return _bytes(root)


def write_archive(
    target: IO[bytes], texts: Sequence[tuple[str, bytes]], files: Sequence[tuple[str, Path]]
) -> None:
    """One .tar.gz, the same bytes each time: no owner, no hour. Files are read as they go."""
    with (
        gzip.GzipFile(filename="", fileobj=target, mode="wb", mtime=0) as packed,
        tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as archive,
    ):
        for name, content in texts:
            archive.addfile(_member(name, len(content)), io.BytesIO(content))
        for name, path in files:
            with path.open("rb") as file:
                archive.addfile(_member(name, path.stat().st_size), file)


def read_receipt(content: bytes) -> Receipt:
    """What an ARActe says. Raises NotAReceipt on anything else, a document type first of all."""
    if len(content) > MOST_BYTES:
        raise NotAReceipt("Ce fichier est trop gros pour un accusé de réception.")
    found: list[tuple[str, dict[str, str]]] = []

    def refuse(*_: object) -> None:
        raise NotAReceipt("Ce fichier déclare des entités : il n’est pas lu.")

    def start(name: str, attributes: dict[str, str]) -> None:
        if not found:
            found.append((name, attributes))

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    parser.ExternalEntityRefHandler = refuse  # type: ignore[assignment]
    parser.StartElementHandler = start
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise NotAReceipt("Ce fichier n’est pas un XML lisible.") from None
    name, attributes = found[0]
    if name != f"{ACTES} ARActe":
        what = name.rpartition(" ")[2]
        if what == "AnomalieActe":
            raise NotAReceipt("La préfecture signale une anomalie : ce n’est pas un accusé.")
        raise NotAReceipt(f"Ce fichier est un message « {what[:40]} », pas un accusé de réception.")
    try:
        return Receipt(
            attributes[f"{ACTES} IDActe"].strip(),
            date.fromisoformat(attributes[f"{ACTES} DateReception"].strip()[:10]),
        )
    except (KeyError, ValueError):
        raise NotAReceipt("L’identifiant ou la date manquent dans cet accusé.") from None


def _a(name: str) -> str:
    return f"{{{ACTES}}}{name}"


def _file(parent: ET.Element, tag: str, name: str) -> None:
    ET.SubElement(ET.SubElement(parent, _a(tag)), _a("NomFichier")).text = name


def _member(name: str, size: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mode = size, 0o644
    return member


def _bytes(root: ET.Element) -> bytes:
    return bytes(ET.tostring(root, encoding="UTF-8", xml_declaration=True))
