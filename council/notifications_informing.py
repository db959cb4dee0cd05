"""The copies for information: a convocation with its note, a list, minutes (R-EPCI-03)."""

from __future__ import annotations

from datetime import datetime

from accounts.mail import Attachment, MailContent, mail_body
from accounts.models import Mail
from config.lib.storage import blobs
from council.dossier import french
from council.dossier.notes import notes_pdf
from council.enums import CopyOf
from council.models import InformationCopy, Minutes, ResultList
from council.papers import article_of, convocation_file, edition_dossier
from documents.models import Version

_WHAT = {
    CopyOf.CONVOCATION: "la convocation et la note de synthèse",
    CopyOf.RESULTS: "la liste des délibérations examinées",
    CopyOf.MINUTES: "le procès-verbal arrêté",
}


def copy_mail(mail: Mail, now: datetime) -> MailContent:
    """The papers attached: no link, nothing opens."""
    copy = InformationCopy.objects.select_related(
        "meeting__assembly", "organisation", "councillor__person", "edition"
    ).get(uid=mail.payload["copy"])
    meeting, what = copy.meeting, _WHAT[CopyOf(copy.what)]
    person, start = copy.councillor.person, meeting.local_start
    name = meeting.assembly.name
    article = article_of(name)
    inside = f"{article}{'' if article.endswith('’') else ' '}{name[:1].lower()}{name[1:]}"
    day = french.long_date(start.date())
    text, html = mail_body(
        "council/informed",
        {
            "name": person.full_name,
            "greeting": {"f": "Madame", "m": "Monsieur"}.get(person.gender, "Bonjour"),
            "what": what,
            "of_assembly": french.of(inside),
            "when": f"{day} à {french.hour(start)}",
            "commune": copy.councillor.commune,
            "organisation": copy.organisation.name,
            "phone": meeting.assembly.phone or copy.organisation.phone,
        },
    )
    return MailContent(
        subject=f"{name} du {day} : {what}, pour information",
        text=text,
        html=html,
        attachments=tuple(_attached(copy)),
        reply_to=meeting.assembly.reply_email or copy.organisation.email,
    )


def _attached(copy: InformationCopy) -> list[Attachment]:
    day = copy.meeting.local_day.isoformat()
    if copy.edition is not None:
        dossier = edition_dossier(copy.edition)
        letter = convocation_file(copy.edition).read_bytes()
        told = [Attachment(f"Convocation {day}.pdf", letter, "application/pdf")]
        if any(point.summary.strip() for point in dossier.points):
            name = f"Note de synthèse {day}.pdf"
            told.append(Attachment(name, notes_pdf(dossier), "application/pdf"))
        return told
    version = _version(copy)
    if version is None:
        return []
    content = blobs().path(version.storage_key).read_bytes()
    return [Attachment(version.original_name, content, version.media_type)]


def _version(copy: InformationCopy) -> Version | None:
    if copy.what == CopyOf.RESULTS:
        return ResultList.objects.select_related("version").get(meeting=copy.meeting).version
    return Minutes.objects.select_related("signed_version").get(meeting=copy.meeting).signed_version
