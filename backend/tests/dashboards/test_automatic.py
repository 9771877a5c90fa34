"""The dashboard that proposes itself: it finds what was hidden in the data, says why, and asks no more than it may."""

import random
from datetime import date, timedelta

import pytest
from support.access import column_rule, condition, row_rule, rule
from support.data import a_dataset
from support.people import a_person

from tablewright.dashboards import gently, proposing
from tablewright.infra.limits import EngineBusy
from tablewright.queries import service as queries


def a_year(seed=1):
    """Sales over two years: they rise, March of the second is far too high, one of ten shops makes most of it, and
    the units follow the amounts."""
    pick = random.Random(seed)
    lines = ["day,shop,amount,units,temperature"]
    for at in range(730):
        day = date(2024, 1, 1) + timedelta(days=at)
        for _ in range(3):
            shop = "Main" if pick.random() < 0.75 else f"Shop {pick.randint(2, 10)}"
            amount = (100 + at / 10) * pick.uniform(0.9, 1.1)
            if (day.year, day.month) == (2025, 3):
                amount *= 6
            lines.append(f"{day},{shop},{amount:.2f},{round(amount / 9 + pick.uniform(-1, 1))},{pick.gauss(15, 5):.1f}")
    return "\n".join(lines).encode()


@pytest.fixture
def person(client):
    return a_person(client)


@pytest.fixture
def dataset(person):
    return a_dataset(person, "shops.csv", a_year())


def proposed(person, dataset):
    answer = person.post("/dashboards/propose", {"dataset_id": dataset["id"]})
    assert answer.status_code == 200, answer.text
    return answer.json()


def tiles_of(proposal):
    return proposal["content"]["tabs"][0]["tiles"]


def test_it_finds_what_stands_out_and_says_why(person, dataset):
    found = proposed(person, dataset)
    titles = [tile["title"] for tile in tiles_of(found)]
    assert "amount was unusually high in March 2025" in titles
    assert any(title.startswith("“Main” makes 7") and title.endswith("% of amount") for title in titles)
    assert "amount and units rise together" in titles
    assert not any("temperature" in title and "together" in title for title in titles)
    assert all(tile["why"] for tile in tiles_of(found))
    topics = {tile["title"]: tile["topic"] for tile in tiles_of(found)}
    assert topics["amount was unusually high in March 2025"] == "amount by month"
    risen = next(tile["why"] for tile in tiles_of(found) if tile["title"].endswith("March 2025"))
    assert risen.endswith(" The data ends on 30 December 2025, within its last month.")
    assert topics["amount and units rise together"] == "Mean of units by amount"
    why = next(tile["why"] for tile in tiles_of(found) if tile["title"].startswith("“Main”"))
    assert why.startswith("amount is concentrated by shop; “Main” alone has 7")
    assert [(one["label"], one["kind"]) for one in found["content"]["filters"]] == [("shop", "list"), ("day", "date")]
    assert {tile["said_of"] for tile in tiles_of(found)} == {
        person.get(f"/datasets/{dataset['id']}").json()["version"]["id"]
    }
    assert len(tiles_of(found)) <= 10
    assert found["asked_count"] <= 30
    assert person.get("/dashboards").json()["items"] == []  # kept nowhere


def test_a_last_period_that_is_over_is_not_spoken_of(person):
    days = [date(2025, 1, 1) + timedelta(days=at) for at in range(365)]
    lines = ["day,amount", *(f"{day},{100 + day.toordinal() % 7}" for day in days)]
    found = proposed(person, a_dataset(person, "whole.csv", "\n".join(lines).encode()))
    by_month = [tile for tile in tiles_of(found) if tile["topic"].endswith("by month")]
    assert by_month
    assert not any("The data ends" in tile["why"] for tile in by_month)


def test_it_is_kept_as_it_is_and_every_tile_answers(person, dataset):
    found = proposed(person, dataset)
    kept = person.post("/dashboards", {"title": found["title"], "content": found["content"]})
    assert kept.status_code == 201, kept.text
    answers = person.post(f"/dashboards/{kept.json()['id']}/ask", {}).text
    assert '"problem"' not in answers
    assert answers.count('"key"') >= len(tiles_of(found))
    again = proposed(person, dataset)
    assert again["content"] == found["content"]


@pytest.mark.parametrize(
    "content",
    [
        b"name\nAda\nGrace\n",  # nothing to compute
        b"a,b\n1,\n,2\n",
        b"when\n2025-01-01\n",
        b"x,y\n1,1\n1,1\n1,1\n",  # nothing varies
        b"region,amount\n" + b"North,-5\nSouth,-7\nEast,\n" * 4,
    ],
)
def test_a_table_of_little_has_a_dashboard_of_little(person, content):
    dataset = a_dataset(person, "little.csv", content)
    found = proposed(person, dataset)
    body = {"title": found["title"], "content": found["content"]}
    assert person.post("/dashboards", body).status_code == 201


def test_it_asks_a_few_at_a_time_and_comes_back_when_there_is_no_place(person, dataset, monkeypatch):
    let_in, asked = queries.all_wanted, []

    def crowded(wanted, form):
        asked.append(len(wanted))
        if len(asked) <= 2:
            raise EngineBusy(waiting=9)
        return let_in(wanted, form)

    monkeypatch.setattr(gently, "PAUSES", (0.0, 0.0))
    monkeypatch.setattr(queries, "all_wanted", crowded)
    assert len(tiles_of(proposed(person, dataset))) > 3
    assert max(asked) <= proposing.AT_ONCE
    monkeypatch.setattr(gently, "PAUSES", ())
    asked.clear()
    refused = person.post("/dashboards/propose", {"dataset_id": a_dataset(person, "more.csv", a_year(7))["id"]})
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")


def test_it_is_made_of_what_its_reader_sees(client, person, dataset):
    viewer = a_person(client, "viewer", person.workspace_id)
    everything = row_rule({"kind": "member", "user_id": str(person.user_id)})
    only = row_rule({"kind": "member", "user_id": str(viewer.user_id)}, condition("c2", "eq", "Shop 2"), name="Two")
    units = column_rule({"kind": "member", "user_id": str(person.user_id)}, "c4")
    rule(person, dataset, rows=[everything, only], columns=[units])
    told = str(proposed(viewer, dataset))
    assert "Main" not in told
    assert "units" not in told
    assert "Main" in str(proposed(person, dataset))
    rule(
        person,
        dataset,
        columns=[column_rule({"kind": "member", "user_id": str(person.user_id)}, *["c1", "c2", "c3", "c4", "c5"])],
    )
    refused = viewer.post("/dashboards/propose", {"dataset_id": dataset["id"]})
    assert refused.status_code == 403


def test_other_workspaces_are_proposed_nothing(client, dataset):
    answer = a_person(client).post("/dashboards/propose", {"dataset_id": dataset["id"]})
    assert (answer.status_code, answer.json()["code"]) == (404, "dataset_missing")


def test_yes_and_no_are_said_as_their_chart_says_them(person):
    lines = ["order,shipped", *(f"{at},{'true' if at % 5 else 'false'}" for at in range(200))]
    found = proposed(person, a_dataset(person, "shipped.csv", "\n".join(lines).encode()))
    titles = [tile["title"] for tile in tiles_of(found)]
    assert "“shipped: Yes” makes 80% of rows" in titles
    assert not any("True" in tile["title"] + tile["why"] for tile in tiles_of(found))
