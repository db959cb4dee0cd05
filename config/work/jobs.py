"""The machine room's own job: handing an event to its consumers."""

from config.work import services
from config.work.registry import JobRun, handler


@handler(services.REACT, max_attempts=5)
def react(run: JobRun) -> None:
    services.deliver(run.payload["event"], now=run.now)
