"""Tables as programs write them, their columns drawn at random: names, rows and texts come out as they went in."""

from __future__ import annotations

import csv
import io
import random

import pytest
from support.reading import load_one

WORDS = "alpha bravo copper delta ember falcon granite harbor indigo juniper kettle lantern meadow".split()  # noqa: SIM905
PEOPLE = ["Anna Adams", "Chloé Dupont", "Jörg Müller", "Luís García", "Sven O'Brien", "Tara Ivanov"]


def _words(r: random.Random, most: int, between: str = " ") -> str:
    return between.join(r.choice(WORDS) for _ in range(r.randrange(1, most)))


KINDS = {
    "id": (["id", "order_id", "Customer ID"], lambda r, i: str(1000 + i)),
    "name": (["name", "Full name"], lambda r, i: r.choice(PEOPLE)),
    "last": (["author"], lambda r, i: ", ".join(reversed(r.choice(PEOPLE).split()))),
    "mail": (["email", "E-Mail Address"], lambda r, i: f"{r.choice(WORDS)}.{r.choice(WORDS)}@example.com"),
    "city": (["city", "Ort"], lambda r, i: r.choice(["Berlin", "New York", "São Paulo", "Den Haag"])),
    "date": (["date", "created_at"], lambda r, i: f"20{r.randrange(10, 26)}-{r.randrange(1, 13):02}-01"),
    "stamp": (["updated_at"], lambda r, i: f"2024-0{r.randrange(1, 10)}-11T{r.randrange(24):02}:15:00Z"),
    "price": (["price", "Net Price (EUR)"], lambda r, i: f"{r.uniform(1, 999):.2f}"),
    "dollars": (["revenue", "amount"], lambda r, i: f"${r.uniform(1, 99999):,.2f}"),
    "euros": (
        ["Betrag", "Preis in €"],
        lambda r, i: f"{r.randrange(1, 9)}.{r.randrange(100, 999)},{r.randrange(10, 99)}",
    ),
    "share": (["share", "Rate %"], lambda r, i: f"{r.uniform(0, 100):.1f}%"),
    "count": (["qty", "Anzahl"], lambda r, i: str(r.randrange(500))),
    "bool": (["is_active", "paid?"], lambda r, i: r.choice(["true", "false"])),
    "status": (["status", "stage"], lambda r, i: r.choice(["open", "closed", "in progress"])),
    "country": (["country code", "cc"], lambda r, i: r.choice(["DE", "NA", "US"])),
    "zip": (["zip", "PLZ"], lambda r, i: f"{r.randrange(100000):05}"),
    "phone": (["phone", "Mobile"], lambda r, i: f"+49 30 {r.randrange(10**6, 10**7)}"),
    "url": (["website"], lambda r, i: f"https://example.org/{r.choice(WORDS)}/{r.randrange(99)}"),
    "note": (["note", "Description"], lambda r, i: _words(r, 12)),
    "list": (["remarks"], lambda r, i: _words(r, 5, ", ")),
    "lines": (["body"], lambda r, i: f"{_words(r, 8)}.\n{_words(r, 5)}"),
    "quoted": (["title"], lambda r, i: f'the "{r.choice(WORDS)}" {r.choice(WORDS)}'),
    "place": (["lat", "lng"], lambda r, i: f"{r.uniform(-90, 90):.6f}"),
    "hash": (["commit"], lambda r, i: f"{r.getrandbits(160):040x}"),
    "host": (["ip_address"], lambda r, i: ".".join(str(r.randrange(256)) for _ in range(4))),
    "code": (["sku", "article"], lambda r, i: f"{r.choice('ABC')}{r.randrange(100):02}-{r.randrange(1000):03}"),
    "month": (["period"], lambda r, i: f"20{r.randrange(15, 25)}-{r.randrange(1, 13):02}"),
    "time": (["duration"], lambda r, i: f"{r.randrange(10)}:{r.randrange(60):02}:{r.randrange(60):02}"),
    "json": (["payload"], lambda r, i: f'{{"a": {r.randrange(9)}, "b": [1, 2]}}'),
    "tiny": (["p_value"], lambda r, i: f"{r.uniform(0, 1) * 10 ** -r.randrange(12):.3e}"),
    "path": (["file"], lambda r, i: f"C:\\data\\{r.choice(WORDS)}\\{r.choice(WORDS)}.txt"),
    "tags": (["labels"], lambda r, i: ";".join(r.sample(WORDS, r.randrange(1, 4)))),
    "answer": (["Q1. How satisfied are you, on the whole?"], lambda r, i: r.choice("12345")),
}


@pytest.mark.parametrize("seed", range(120))
def test_a_table_comes_out_as_it_went_in(seed: int) -> None:
    r = random.Random(seed)
    chosen = r.sample(sorted(KINDS), r.choice([1, 2, 3, 4, 6, 12]))
    names = [r.choice(KINDS[kind][0]) for kind in chosen]
    blank = r.choice([0, 0, 0.1])
    rows = [
        ["" if n and r.random() < blank else KINDS[kind][1](r, i) for n, kind in enumerate(chosen)]
        for i in range(r.choice([2, 3, 5, 10, 30, 100]))
    ]
    out = io.StringIO()
    quoting = r.choice([csv.QUOTE_MINIMAL, csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
    csv.writer(out, delimiter=r.choice(",,;\t|"), quoting=quoting, lineterminator="\n").writerows([names, *rows])
    table = load_one(out.getvalue(), options={"all_text": True})
    assert table.names == names
    assert [[value or "" for value in row] for row in table.rows] == rows
