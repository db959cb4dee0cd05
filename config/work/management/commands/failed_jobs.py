"""`manage.py failed_jobs`: what failed for good on the whole platform; `--retry` gives it a new
life. For the host: an organisation's direction has its own page."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand

from config.lib.clock import now
from config.work.enums import JobState
from config.work.models import Job
from config.work.services import retry_failed


class Command(BaseCommand):
    help = "List the jobs that failed for good; try some or all of them again."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--kind", default="", help="only these, e.g. documents.ocr")
        parser.add_argument("--retry", nargs="*", type=UUID, metavar="JOB", help="none: all listed")

    def handle(self, *args: Any, **options: Any) -> None:
        failed = Job.objects.filter(state=JobState.FAILED).order_by("finished_at", "pk")
        if options["kind"]:
            failed = failed.filter(kind=options["kind"])
        if options["retry"]:
            failed = failed.filter(uid__in=options["retry"])
        for job in failed:
            self.stdout.write(
                f"{job.uid}  {job.kind}  organisation {job.organisation_key or '-'}  "
                f"{job.finished_at:%Y-%m-%d %H:%M}  {job.error_code}: {job.error[:200]}"
            )
            if options["retry"] is not None and retry_failed(job, now=now()):
                self.stdout.write("  tried again")
