"""The main job over HTTP, from a public file to a printed report, its figures checked against pandas.

The file is `seattle-weather.csv` as the package `vega_datasets` (BSD-3-Clause) ships it: daily weather
measured by NOAA, public domain.
"""

from __future__ import annotations

import csv
import io
import json
import zipfile
from typing import Any

import openpyxl
import pandas as pd
from pypdf import PdfReader
from support.serving import Serving
from vega_datasets import local_data


def weather_file() -> bytes:
    with open(local_data.seattle_weather.filepath, "rb") as file:
        return file.read()


def weather_by_pandas() -> pd.DataFrame:
    """Days and mean highest temperature by kind of weather, most days first, by another engine."""
    frame = pd.read_csv(io.BytesIO(weather_file()))
    grouped = frame.groupby("weather").agg(days=("weather", "size"), warmth=("temp_max", "mean"))
    return grouped.reset_index().sort_values(["days", "weather"], ascending=[False, True], ignore_index=True)


def do_the_main_job(product: Serving) -> None:
    """File, dataset, question, chart, report, PDF, Excel, CSV; every figure compared."""
    expected = weather_by_pandas()
    job = product.finished(product.upload("seattle-weather.csv", weather_file()))
    assert job["state"] == "succeeded", job
    dataset = product.request("GET", f"/datasets/{job['result']['dataset_ids'][0]}").json()
    assert dataset["row_count"] == 1461
    types = {column["name"]: column["type"] for column in dataset["schema"]}
    assert types["date"] in ("date", "timestamp")
    assert types["weather"] == "text"
    column = {item["name"]: item["id"] for item in dataset["schema"]}

    question = {
        "dataset_id": dataset["id"],
        "dimensions": [{"column": column["weather"], "label": "Weather"}],
        "measures": [
            {"fn": "count_rows", "label": "Days"},
            {"fn": "mean", "column": column["temp_max"], "label": "Mean high"},
        ],
        "sort": [{"by": "m0", "direction": "desc"}],
    }
    answer = product.request("POST", "/questions/run", json=question).json()
    assert answer["data"]["d0"] == expected["weather"].tolist()
    assert answer["data"]["m0"] == expected["days"].tolist()
    assert all(abs(ours - theirs) < 1e-9 for ours, theirs in zip(answer["data"]["m1"], expected["warmth"], strict=True))

    chart = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    saved = product.request(
        "POST", "/questions", json={"name": "Days by weather", "question": question, "chart": chart}
    )
    assert saved.status_code == 201, saved.text
    sections = [
        {"kind": "text", "text": "# Seattle\n\nFour years of weather."},
        {"kind": "chart", "question_id": saved.json()["id"]},
        {"kind": "table", "question_id": saved.json()["id"], "title": "Days and warmth"},
    ]
    report = product.request("POST", "/reports", json={"title": "Weather in Seattle", "sections": sections}).json()

    rendering = product.request("POST", f"/reports/{report['id']}/editions").json()
    edition = product.finished(rendering["id"])
    assert edition["state"] == "succeeded", edition
    pdf = download(product, kind="edition", id=edition["result"]["edition_id"])
    text = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    for kind, days in zip(expected["weather"], expected["days"], strict=True):
        assert kind in text
        assert str(days) in text

    writing = product.request("POST", "/exports", json={"source": {"kind": "report", "id": report["id"]}}).json()
    export = product.finished(writing["id"])
    assert export["state"] == "succeeded", export
    book = download(product, kind="export", id=export["result"]["export_id"])
    assert zipfile.is_zipfile(io.BytesIO(book))
    rows = list(openpyxl.load_workbook(io.BytesIO(book)).worksheets[-1].iter_rows(values_only=True))
    assert [row[:2] for row in rows[1:]] == list(zip(expected["weather"], expected["days"], strict=True))

    rows_csv = download(product, kind="csv", source={"kind": "saved_question", "id": saved.json()["id"]})
    read = list(csv.DictReader(io.StringIO(rows_csv.decode("utf-8-sig"))))
    assert [(row["Weather"], int(row["Days"])) for row in read] == list(
        zip(expected["weather"], expected["days"].tolist(), strict=True)
    )
    whole = download(product, kind="csv", source={"kind": "dataset", "id": dataset["id"]})
    assert len(list(csv.reader(io.StringIO(whole.decode("utf-8-sig"))))) == 1462
    original = download(product, kind="file", id=dataset["source"]["file_id"])
    assert original == weather_file()


def download(product: Serving, **what: Any) -> bytes:
    opened = product.request(
        "POST", "/downloads", content=json.dumps(what), headers={"Content-Type": "application/json"}
    )
    assert opened.status_code == 201, opened.text
    answer = product.http.get(product.url + opened.json()["url"])
    assert answer.status_code == 200, answer.text
    return answer.content
