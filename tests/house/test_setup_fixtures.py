"""The strict fixtures are strict: each of them is seen failing here."""

import socket

import pytest
from django.contrib.auth.models import Group
from django.http import HttpResponse
from django.template import Context, Engine, Template

from tests.conftest import NetworkForbidden, UndefinedVariable
from tests.pages import HouseRuleBroken, inspect_html, inspect_response


@pytest.mark.parametrize(
    "html",
    [
        '<button onclick="x()">Ouvrir</button>',
        "<script>x()</script>",
        "<style>p {}</style>",
        '<p style="color: red">Non</p>',
        "<p>{{ titre }}</p>",
        "<p>{% if x %}</p>",
        '<a href="javascript:x()">Non</a>',
        '<form hx-on:submit="x()"></form>',
        '<p id="a"></p><p id="a"></p>',
    ],
)
def test_a_page_that_breaks_a_house_rule_is_refused(html):
    with pytest.raises(HouseRuleBroken):
        inspect_html(html)


def test_a_good_page_passes():
    inspect_html('<script src="/static/js/ui.js"></script><p id="a">Bonjour { } %</p>')


def test_a_page_without_content_policy_is_refused():
    with pytest.raises(HouseRuleBroken, match="policy"):
        inspect_response(HttpResponse("<p>Bonjour</p>"))


def test_an_undefined_variable_of_our_templates_fails(tmp_path, monkeypatch):
    from tests import conftest

    monkeypatch.setattr(conftest, "PROJECT", tmp_path)
    monkeypatch.setattr(conftest, "_OURS", (tmp_path,))
    (tmp_path / "page.html").write_text("<p>{{ nobody }}</p>", encoding="utf-8")
    template = Engine(dirs=[str(tmp_path)]).get_template("page.html")
    with pytest.raises(UndefinedVariable, match="nobody"):
        template.render(Context())


def test_an_undefined_variable_of_another_template_stays_silent():
    assert Template("<p>{{ nobody }}</p>").render(Context()) == "<p></p>"


def test_a_list_without_an_order_comes_in_several_orders(db):
    Group.objects.bulk_create(Group(name=f"groupe {n}") for n in range(8))
    orders = {tuple(Group.objects.values_list("name", flat=True)) for _ in range(20)}
    assert len(orders) > 1
    ordered = {tuple(Group.objects.order_by("pk").values_list("name", flat=True)) for _ in range(9)}
    assert len(ordered) == 1


def test_the_network_is_closed():
    with pytest.raises(NetworkForbidden), socket.socket() as outside:
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(NetworkForbidden):
        socket.getaddrinfo("parvis.example.fr", 443)


def test_the_browser_reads_the_health_page(page):
    page.goto("/sante/")
    assert '"base": "ok"' in page.content()


def test_a_message_goes_to_its_queue_alone():
    from config.celery import QUEUES, app

    routes = {
        (app.amqp.queues[name].exchange.name, app.amqp.queues[name].routing_key) for name in QUEUES
    }
    assert routes == {(name, name) for name in QUEUES}


def test_the_worker_runs_what_the_beat_would_send(worker, settings):
    from config.celery import app

    app.send_task("work.wake_due", queue="default")
    worker.wait_until(lambda: "Task work.wake_due" in worker.log and "succeeded" in worker.log)
