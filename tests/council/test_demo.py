"""The council of the demonstration can be built, and is what it says."""

import pytest

from config.lib import clock
from council.enums import MeetingState
from council.models import Answer, Assembly, Convocation, EditionPiece, Meeting, Proxy


@pytest.mark.django_db
def test_the_council_of_the_demonstration_is_what_it_says(demonstration):
    demonstration()
    now = clock.now()
    council = Assembly.objects.get(name="Conseil municipal", organisation__slug="saint-aubin")
    assert council.mandates.count() == 19
    past, convened, to_come = Meeting.objects.filter(assembly=council).order_by("starts_at")
    assert past.starts_at < now < convened.starts_at < to_come.starts_at
    assert convened.state == MeetingState.CONVENED
    assert to_come.state == MeetingState.PREPARATION
    assert Convocation.objects.filter(meeting=convened).on_paper().count() == 2
    assert Answer.objects.filter(meeting=convened).current().count() == 8
    pieces = EditionPiece.objects.filter(edition__meeting=convened)
    assert pieces.count() >= 4
    assert {proxy.state for proxy in Proxy.objects.filter(meeting=convened)} == {
        "confirmed",
        "to_confirm",
    }
