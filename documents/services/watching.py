"""The daily look at what is about to lose its last manager."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q

from accounts.enums import TeamKind
from accounts.models import Organisation, Person, TeamMembership
from accounts.notifications import notify
from config.lib.clock import local_date
from documents.notifications import FOLDER_UNMANAGED
from documents.services.reach import unmanaged_folders

NOTICE_DAYS = 30


def watch_managers(*, now: datetime) -> int:
    """Tell each direction which folders nobody will manage in 30 days. Returns how many lines.

    One line per folder, however many days it lasts: a folder already told is not told again
    until the line is read.
    """
    told = 0
    for organisation in Organisation.objects.order_by("pk"):
        today = local_date(now, organisation.timezone)
        ahead = today + timedelta(days=NOTICE_DAYS)
        orphans = unmanaged_folders(organisation, ahead)
        if not orphans:
            continue
        seats = TeamMembership.objects.filter(
            Q(to_date=None) | Q(to_date__gte=today),
            organisation=organisation,
            team__kind=TeamKind.DGS,
            from_date__lte=today,
        )
        direction = list(Person.objects.filter(pk__in=seats.values("person")).order_by("pk"))
        for folder in orphans:
            told += notify(
                FOLDER_UNMANAGED,
                organisation=organisation,
                recipients=direction,
                group_key=f"folder:unmanaged:{folder.uid}",
                object_uid=folder.uid,
                now=now,
                reason="parce que vous dirigez les services",
            )
    return told
