"""What is changed in session is written into the deliberation by itself."""

from django.urls import reverse

from config.lib import clock
from council.enums import ItemState
from council.models import Act, AgendaItem
from council.rules.session import BallotFacts
from council.rules.session.facts import About
from council.services.acts.drafting import draft_deliberations
from council.services.session import voting
from tests.council.acts_stage import AFTER
from tests.council.session.live import Live, convened


def test_an_amendment_adopted_is_written_into_the_act_and_the_project_is_kept(
    stage, client_of, monkeypatch
):
    live = Live(stage, convened(stage))
    live.roll().open()
    first = live.items[0]
    text = "Le repas est fixé à 3,20 €.\nL’école est informée."
    AgendaItem.objects.filter(pk=first.pk).update(proposed_text=text)
    live.call(first)
    amendment = BallotFacts(about=About.AMENDMENT, question="Le repas à 3,40 €")
    voting.record_ballot(
        pen=live.pen(), ballot=amendment, item=first, former="3,20 €", wording="3,40 €"
    )
    live.vote(first)
    assert AgendaItem.objects.get(pk=first.pk).state == ItemState.AMENDED, "nobody had to tick it"
    for other in live.items[1:]:
        live.call(other)
        live.vote(other)
    live.close()
    draft_deliberations(
        actor=stage.actor(stage.dgs_person, now=AFTER), meeting=live.meeting, now=AFTER
    )
    act = Act.objects.get(item=first)
    assert act.text == text.replace("3,20", "3,40")
    assert AgendaItem.objects.get(pk=first.pk).proposed_text == text
    monkeypatch.setattr(clock, "now", lambda: AFTER)
    page = reverse("council:act", args=["saint-aubin", act.uid])
    dgs = client_of(live.stage.dgs_person)
    told = dgs.get(page).content.decode()
    assert "Dans le texte" in told
    assert "Le projet envoyé aux membres" in told
    Act.objects.filter(pk=act.pk).update(text=text)
    assert "Reprendre ces changements" in dgs.get(page).content.decode()
    take = reverse("council:act-take-changes", args=["saint-aubin", act.uid])
    assert client_of(live.stage.mayor).post(take).status_code == 403
    dgs.post(take)
    act.refresh_from_db()
    assert "3,40" in act.text
    Act.objects.filter(pk=act.pk).update(text="Tout autre texte.")
    assert "À écrire à la main" in dgs.get(page).content.decode()
