"""What programs read of a commune: the table of deliberations, the council in JSON."""

from __future__ import annotations

import csv
import io
import json
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from frictionless import Checklist, Resource, Schema

from accounts.models import Organisation
from config.lib import clock
from council.access_public import CLOSED_DOORS_ACT, CLOSED_DOORS_POINT
from council.models import Act, AgendaItem
from council.rules.open_data import COLUMNS, TABLE_SCHEMA
from council.rules.result import ItemResult, Tally, Way
from council.services.acts import drafting, open_data
from tests.council.acts_stage import AFTER, TODAY, held
from tests.council.rules.test_open_data_schema import BUDGET, DATES, SUM
from tests.council.test_public import DAY, body, publish

SIRET = "21860194600013"


@pytest.fixture(autouse=True)
def _noon(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: AFTER + DAY)


@pytest.fixture
def after(stage):
    Organisation.objects.filter(pk=stage.organisation.pk).update(siret=SIRET)
    stage.organisation.refresh_from_db()
    return stage.actor(stage.dgs_person, now=AFTER)


def result(outcome="adopted", way=Way.ORDINARY, tally=None):
    return ItemResult(outcome=outcome, way=way, tally=tally, in_office=5).as_json()


def online(stage, after, *titles, **more):
    meeting = held(stage, titles, subject_code="7.10", **more)
    acts = drafting.draft_deliberations(actor=after, meeting=meeting, now=AFTER)
    return [publish(stage, after, act) for act in acts]


def get(stage, name, *args, **query):
    return Client().get(reverse(f"public:{name}", args=[stage.organisation.slug, *args]), query)


def table(stage):
    response = get(stage, "deliberations")
    assert response.status_code == 200
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8")))), response.content


class TestTheTable:
    def test_the_whole_file_is_valid_for_a_second_judge(self, stage, after):
        acts = online(stage, after, "Tarifs", "Subvention", "Délégués", "Bureau", "Huis clos")
        told = [
            result(tally=Tally(3, 1, 1, 0)),
            result(tally=Tally(3, 0, 0, 2)),
            result(way=Way.NOMINATION),
            result(way=Way.SECRET, tally=Tally(3, 1, 0, 0, blank=1)),
            result(tally=Tally(5)),
        ]
        for act, one in zip(acts, told, strict=True):
            Act.objects.filter(pk=act.pk).update(result=one)
        Act.objects.filter(pk=acts[0].pk).update(received_on=TODAY)
        AgendaItem.objects.filter(pk=acts[4].item_id).update(closed_doors=True)
        rows, content = table(stage)
        report = Resource(
            data=content,
            format="csv",
            encoding="utf-8",
            schema=Schema.from_descriptor(TABLE_SCHEMA),
        ).validate(Checklist(checks=[SUM, DATES, BUDGET]))
        assert report.flatten(["type", "fieldName", "rowNumber"]) == []
        assert list(rows[0]) == list(COLUMNS)
        votes = [[row[name] for name in COLUMNS[11:16]] for row in rows]
        assert votes == [["5", "5", "3", "1", "1"], ["5", "3", "3", "0", "0"], [""] * 5, [""] * 5,
                         ["5", "5", "5", "0", "0"]]  # fmt: skip
        assert [row["DELIB_MATIERE_CODE"] for row in rows] == ["7.10"] * 5
        assert rows[0]["COLL_SIRET"] == SIRET
        assert rows[0]["PREF_DATE"] == TODAY.isoformat()
        # Behind closed doors: there, since its text was made for everybody, without its object.
        assert rows[4]["DELIB_OBJET"] == CLOSED_DOORS_ACT
        text = Client().get(urlsplit(rows[0]["DELIB_URL"]).path)
        assert text["Content-Type"] == "application/pdf"
        assert body(text).startswith(b"%PDF")

    def test_what_was_refused_or_has_no_matter_is_left_out_and_told(self, stage, after):
        _, refused, unsorted = online(stage, after, "Gardé", "Refusé", "Sans matière")
        Act.objects.filter(pk=refused.pk).update(result=result("rejected"))
        Act.objects.filter(pk=unsorted.pk).update(subject_code="")
        assert [row["DELIB_OBJET"] for row in table(stage)[0]] == ["Gardé"]
        (why,) = open_data.lacking(stage.organisation, today=TODAY)
        assert "publiée sans matière" in why

    def test_closed_doors_without_a_text_made_for_everybody_wait(self, stage, after):
        (act,) = online(stage, after, "SECRET")
        AgendaItem.objects.filter(pk=act.item_id).update(closed_doors=True)
        Act.objects.filter(pk=act.pk).update(published_version=None)
        assert table(stage)[0] == []

    def test_without_its_siret_the_commune_is_told_what_to_do(self, stage, after, client):
        online(stage, after, "Tarifs")
        Organisation.objects.filter(pk=stage.organisation.pk).update(siret="")
        response = get(stage, "deliberations")
        assert response.status_code == 404
        assert "SIRET" in response.content.decode()
        client.force_login(stage.dgs_person)
        slug = stage.organisation.slug
        page = reverse("accounts:organisation", args=[slug])
        register = reverse("council:register", args=[slug, Act.objects.get().register.uid])
        assert page in client.get(register).content.decode()
        wrong = client.post(page, {"siret": "123 456 789 01234"})
        assert wrong.status_code == 422
        assert "deux clés" in wrong.content.decode()
        done = client.post(page, {"siret": "218 601 946 00013"})
        assert done.status_code == 302
        assert Organisation.objects.get(pk=stage.organisation.pk).siret == SIRET


class TestTheCouncilInJson:
    def read(self, address):
        parts = urlsplit(address)
        response = Client().get(f"{parts.path}?{parts.query}" if parts.query else parts.path)
        assert response.status_code == 200, address
        return response

    def ids(self, data):
        """Every id and every address of an object, wherever it stands."""
        if isinstance(data, list):
            for one in data:
                yield from self.ids(one)
        elif isinstance(data, dict):
            for key, value in data.items():
                if isinstance(value, str) and value.startswith("http://testserver"):
                    yield key, value
                yield from self.ids(value)

    def test_a_program_walks_from_the_system_to_the_file(self, stage, after):
        first, hidden = online(stage, after, "Tarifs", "SECRET")
        AgendaItem.objects.filter(pk=hidden.item_id).update(closed_doors=True)
        Act.objects.filter(pk=first.pk).update(result=result(tally=Tally(5)))
        waiting, seen, types = ["http://testserver" + reverse(
            "public:oparl", args=[stage.organisation.slug])], {}, set()  # fmt: skip
        while waiting:
            address = waiting.pop()
            if address in seen:
                continue
            response = self.read(address)
            seen[address] = body(response)
            if response["Content-Type"] != "application/json":
                continue
            data = json.loads(seen[address])
            types.add(data.get("type", "").rpartition("/")[2])
            if "id" in data:
                assert data["id"] == address
            waiting += [value.partition("#")[0] for _, value in self.ids(data)]
        assert types == {
            *("System", "Body", "Organization", "Person", "Membership", "Meeting", "AgendaItem"),
            *("Paper", "Consultation", "File", ""),
        }
        said = b"".join(seen.values())
        assert b"SECRET" not in said
        assert CLOSED_DOORS_POINT.encode() in said
        assert b"Jeanne" in said
        assert b"couple@example.fr" not in said

    def test_lists_come_in_pages(self, stage, after, monkeypatch):
        from council.services import oparl

        monkeypatch.setattr(oparl, "PER_PAGE", 2)
        online(stage, after, "Un", "Deux", "Trois")
        data = json.loads(get(stage, "oparl-list", "papers").content)
        assert data["pagination"] == {
            "totalElements": 3, "elementsPerPage": 2, "currentPage": 1, "totalPages": 2,
        }  # fmt: skip
        assert "prev" not in data["links"]
        last = json.loads(self.read(data["links"]["next"]).content)
        assert len(last["data"]) == 1
        assert get(stage, "oparl-list", "papers", page="3").status_code == 404
        assert get(stage, "oparl-list", "secrets").status_code == 404

    def test_the_same_number_of_queries_whatever_the_number_of_meetings(
        self, stage, after, django_assert_max_num_queries
    ):
        online(stage, after, "Un", "Deux", "Trois")
        held(stage, ("Quatre",), starts_at=AFTER + 6 * DAY)
        with django_assert_max_num_queries(9):
            assert len(json.loads(get(stage, "oparl-list", "meetings").content)["data"]) == 2

    @pytest.mark.parametrize(
        ("kind", "query", "count"),
        [
            ("papers", {"created_since": "2026-12-01"}, 2),
            ("papers", {"created_since": "2027-01-01"}, 0),
            ("papers", {"created_until": "2026-12-01T00:00:00+01:00"}, 2),
            ("papers", {"created_until": "2026-11-30"}, 0),
            ("files", {"modified_since": "2026-12-01T00:00:00+01:00"}, 2),
            ("files", {"modified_until": "2026-11-30"}, 0),
            ("meetings", {"created_since": "2026-11-21", "created_until": "2026-11-21"}, 1),
            ("meetings", {"modified_until": "2026-11-22"}, 0),
            ("agenda-items", {"modified_since": "2026-11-30T19:00:00Z"}, 2),
            ("people", {"created_until": "2000-01-01"}, 0),
            ("organizations", {"created_since": "2026-11-21T08:00:00Z"}, 1),
        ],
    )
    def test_what_changed_since_a_day_or_until_another(self, stage, after, kind, query, count):
        online(stage, after, "Un", "Deux")
        data = json.loads(get(stage, "oparl-list", kind, **query).content)
        assert data["pagination"]["totalElements"] == len(data["data"]) == count
        for one in data["data"]:
            assert one["created"] <= one["modified"]

    def test_pages_keep_what_was_asked_and_inner_objects_are_left_out(
        self, stage, after, monkeypatch
    ):
        from council.services import oparl

        monkeypatch.setattr(oparl, "PER_PAGE", 2)
        online(stage, after, "Un", "Deux", "Trois")
        asked = {"created_since": "2026-12-01", "omit_internal": "true"}
        data = json.loads(get(stage, "oparl-list", "papers", **asked).content)
        assert len(data["data"]) == 2
        assert all("mainFile" not in one and "consultation" not in one for one in data["data"])
        assert all("name" in one and "web" in one for one in data["data"])
        last = json.loads(self.read(data["links"]["next"]).content)
        assert (len(last["data"]), "mainFile" in last["data"][0]) == (1, False)
        assert "mainFile" in json.loads(get(stage, "oparl-list", "papers").content)["data"][0]

    @pytest.mark.parametrize("raw", ["hier", "2026-13-01", "2026-12-01T25:00:00Z", "1"])
    def test_a_filter_that_is_no_date_is_refused(self, stage, raw):
        response = get(stage, "oparl-list", "papers", modified_since=raw)
        assert response.status_code == 400
        assert raw in response.json()["error"]
