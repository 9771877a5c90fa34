"""Files and datasets for tests, through the product's own doors."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from support.people import Person
from tablewright.infra import jobs

TUS = {"Tus-Resumable": "1.0.0"}

SALES = b"""region,product,month,amount,units
North,Chair,2025-01-15,120.50,3
South,Chair,2025-01-20,80.00,2
North,Table,2025-02-03,300.25,1
East,Table,2025-02-11,150.75,1
South,Lamp,2025-03-09,45.00,5
North,Lamp,2025-03-30,,4
"""


def work() -> None:
    """Do every queued job in this process, as a worker would."""
    import tablewright.dashboards.tasks
    import tablewright.datasets.tasks
    import tablewright.exports.tasks
    import tablewright.reports.tasks  # noqa: F401 - registers the tasks

    while jobs.run():
        pass


def announce(person: Person, filename: str, size: int, **metadata: str) -> Any:
    pairs = {"filename": filename, **metadata}
    header = ",".join(f"{key} {b64encode(value.encode()).decode()}" for key, value in pairs.items())
    return person.post("/uploads", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": header})


def send(person: Person, location: str, content: bytes, offset: int = 0) -> Any:
    headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
    return person.patch(location.removeprefix("/api/v1"), headers=headers, content=content)


def uploaded(person: Person, filename: str, content: bytes, **metadata: str) -> dict[str, Any]:
    """Upload a file whole; the upload as the API shows it."""
    announced = announce(person, filename, len(content), **metadata)
    assert announced.status_code == 201, announced.text
    location = announced.headers["location"]
    if content:
        assert send(person, location, content).status_code == 204
    return person.get(location.removeprefix("/api/v1")).json()


def loaded(person: Person, filename: str = "sales.csv", content: bytes = SALES, **metadata: str) -> dict[str, Any]:
    """Upload a file and load it; the finished job."""
    upload = uploaded(person, filename, content, **metadata)
    work()
    return person.get(f"/jobs/{upload['job_id']}").json()


def a_dataset(person: Person, filename: str = "sales.csv", content: bytes = SALES) -> dict[str, Any]:
    """A loaded dataset with schema, profile and receipt."""
    job = loaded(person, filename, content)
    assert job["state"] == "succeeded", job
    return person.get(f"/datasets/{job['result']['dataset_ids'][0]}").json()


def a_question(dataset: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Sum of amount by region, largest first."""
    return {
        "dataset_id": dataset["id"],
        "dimensions": [{"column": "c1"}],
        "measures": [{"fn": "sum", "column": "c4"}],
        "sort": [{"by": "m0", "direction": "desc"}],
        **changes,
    }


def a_saved_question(person: Person, dataset: dict[str, Any], name: str = "Amount by region") -> dict[str, Any]:
    chart = {"mark": "bar", "x": {"field": "d0"}, "y": [{"field": "m0"}]}
    answer = person.post("/questions", {"name": name, "question": a_question(dataset), "chart": chart})
    assert answer.status_code == 201, answer.text
    return answer.json()
