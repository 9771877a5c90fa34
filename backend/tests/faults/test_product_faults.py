"""The whole product under real signals and hostile files: nothing accepted is lost, nothing half-written stays."""

import contextlib
import io
import os
import signal
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from blake3 import blake3
from support.data import SALES
from support.services import own_folder
from support.serving import Serving, serving

ROWS = 400_000


@pytest.fixture(scope="module")
def running():
    # A short lease, so that the death of a worker is noticed soon.
    with own_folder() as folder, serving(folder, TABLEWRIGHT_JOB_LEASE_SECONDS="4") as started:
        yield started.set_up()


@pytest.fixture(autouse=True)
def _signed_in(running: Serving):
    running.wait_for_api()
    running.sign_in()


@pytest.fixture(scope="module")
def large_csv(tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("files") / "large.csv"
    with path.open("w") as file:
        file.write("id,region,amount,day,note\n")
        for n in range(ROWS):
            file.write(
                f"{n},region {n % 17},{n % 1000}.{n % 100:02d},2025-{n % 12 + 1:02d}-{n % 28 + 1:02d},note {n}\n"
            )
    return path


def datasets(running):
    return running.request("GET", "/datasets?limit=200").json()["items"]


def objects(running: Serving, kind: str) -> set[str]:
    return {path.name for path in running.data_dir.glob(f"objects/w/*/{kind}/*") if path.is_file()}


def test_an_upload_survives_the_death_of_the_api_and_goes_on(running):
    content = SALES * 2000
    location = running.announce("resumed.csv", len(content))
    half = len(content) // 2
    running.send(location, content[:half])

    def dying():
        yield content[half : half + 1000]
        for process in running.parts("api"):
            process.send_signal(signal.SIGKILL)
        yield content[half + 1000 :]

    with pytest.raises(Exception):  # noqa: B017 - whichever way the connection breaks
        running.send(location, dying(), half)
        raise ConnectionError
    running.wait_for_api()
    at = running.offset(location)
    assert half <= at < len(content)
    assert running.send(location, content[at:], at).status_code == 204
    upload = running.request("GET", location).json()
    file = running.request("GET", f"/files/{upload['file_id']}").json()
    assert file["content_hash"] == blake3(content).hexdigest()
    assert running.finished(upload["job_id"])["state"] in ("succeeded", "failed")


def test_a_load_survives_the_death_of_its_worker_and_makes_one_dataset(running, large_csv):
    before = len(datasets(running))
    versions = objects(running, "versions")
    job_id = running.upload_file(large_csv)
    running.until(job_id, lambda job: job["state"] == "running" and job["progress"])
    for process in running.parts("worker"):
        process.send_signal(signal.SIGKILL)
    job = running.finished(job_id, within=120)
    assert job["state"] == "succeeded", job
    assert job["attempt"] >= 2
    assert job["result"]["tables"][0]["row_count"] == ROWS
    assert len(datasets(running)) == before + 1
    assert len(objects(running, "versions") - versions) == 1
    assert list((running.data_dir / "scratch").glob("job-*")) == []


def next_file(running, dataset_id, name, content, **how):
    """Send the next file of a dataset; the id of its job."""
    answer = running.request(
        "PUT", f"/datasets/{dataset_id}/file", params={"filename": name, **how}, content=content, timeout=60
    )
    assert answer.status_code == 202, answer.text
    return answer.json()["job_id"]


def history(running, dataset_id):
    return running.request("GET", f"/datasets/{dataset_id}/versions").json()["items"]


def test_an_update_by_key_survives_the_death_of_its_worker_and_makes_one_version(running, large_csv):
    dataset_id = running.finished(running.upload_file(large_csv))["result"]["dataset_ids"][0]
    changed = large_csv.read_bytes().replace(b",note ", b",seen ") + f"{ROWS},region 1,1.00,2025-01-01,new\n".encode()
    versions = objects(running, "versions")
    job_id = next_file(running, dataset_id, "next.csv", changed, mode="upsert", keys="id")
    running.until(job_id, lambda job: (job["progress"] or {}).get("stage") in ("check", "merge", "store"))
    for process in running.parts("worker"):
        process.send_signal(signal.SIGKILL)
    job = running.finished(job_id, within=120)
    assert (job["state"], job["attempt"] >= 2) == ("succeeded", True), job
    assert [(each["number"], each["row_count"]) for each in history(running, dataset_id)] == [(2, ROWS + 1), (1, ROWS)]
    made = objects(running, "versions") - versions
    assert len(made) == 2, made
    assert len({name.partition(".")[0] for name in made}) == 1, "the version, and what its file held"
    assert list((running.data_dir / "scratch").glob("job-*")) == []


def test_files_that_race_into_one_dataset_are_all_in_it(running):
    dataset_id = running.finished(running.upload("race.csv", b"id,name\n0,first\n"))["result"]["dataset_ids"][0]
    jobs = [
        next_file(running, dataset_id, f"race-{n}.csv", f"id,name\n{n},file {n}\n".encode(), mode="append")
        for n in range(1, 6)
    ]
    assert {running.finished(job)["state"] for job in jobs} == {"succeeded"}
    found = history(running, dataset_id)
    assert [each["number"] for each in found] == [6, 5, 4, 3, 2, 1]
    assert [each["row_count"] for each in found] == [6, 5, 4, 3, 2, 1]
    question = {"dataset_id": dataset_id, "sort": [{"by": "c1"}]}
    answer = running.request("POST", "/questions/run", json=question).json()
    assert answer["data"]["c1"] == list(range(6))


def parsing_child(running):
    """The child that has the stored file open."""
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        for child in running.parts("child"):
            with contextlib.suppress(psutil.Error):
                if any("/files/" in opened.path for opened in child.open_files()):
                    return child
    raise AssertionError("no child has the file open")


def test_the_death_of_the_parsing_child_fails_the_job_once_with_a_reason(running, large_csv):
    before = len(datasets(running))
    job_id = running.upload_file(large_csv)
    running.until(job_id, lambda job: job["state"] == "running" and job["progress"])
    parsing_child(running).send_signal(signal.SIGKILL)
    job = running.finished(job_id)
    assert (job["state"], job["attempt"]) == ("failed", 1)
    assert job["error"]["code"] in ("child_died", "memory_exceeded")
    assert len(datasets(running)) == before
    assert running.request("POST", f"/jobs/{job_id}/retry").json()["state"] == "queued"
    assert running.finished(job_id)["state"] == "succeeded"


@pytest.mark.parametrize("part", ["api", "worker", "beat", "postgres"])
def test_any_one_process_may_die_and_the_next_file_still_loads(running, part):
    if part == "postgres":
        victims = [p for p in psutil.Process(running.process.pid).children() if "postgres" in p.name()]
    else:
        victims = running.parts(part)
    assert victims
    for victim in victims:
        victim.send_signal(signal.SIGKILL)
    psutil.wait_procs(victims, timeout=10)
    job_id = None
    for _ in range(300):
        try:
            running.wait_for_api()
            if running.http.get(f"{running.url}/readyz").status_code == 200:
                job_id = running.sign_in().upload("after.csv", SALES)
                break
        except Exception:
            pass
        import time

        time.sleep(0.2)
    assert job_id is not None, "the product did not come back"
    assert running.finished(job_id)["state"] == "succeeded"


def xlsx_bomb() -> bytes:
    """A workbook of a few kilobytes whose sheet would unpack to a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as sheet:
            block = b"<c><v>0</v></c>" * 70_000
            for _ in range(1000):
                sheet.write(block)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["random bytes", "xlsx bomb", "truncated workbook", "deep json", "nothing"])
def test_hostile_files_fail_with_a_code_and_words_and_leave_nothing(running, kind):
    content, name = {
        "random bytes": (os.urandom(300_000), "noise.csv"),
        "xlsx bomb": (xlsx_bomb(), "bomb.xlsx"),
        "truncated workbook": (xlsx_bomb()[:2000], "cut.xlsx"),
        "deep json": (b"[" * 100_000, "deep.json"),
        "nothing": (b"", "empty.csv"),
    }[kind]
    before = (len(datasets(running)), objects(running, "versions"))
    job = running.finished(running.upload(name, content))
    assert (job["state"], job["attempt"]) == ("failed", 1)
    assert job["error"]["code"] not in ("unexpected", "task_fault", "child_died")
    assert len(job["error"]["detail"]) > 20
    assert (len(datasets(running)), objects(running, "versions")) == before


def test_a_line_of_a_gigabyte_fails_in_constant_memory(running, tmp_path):
    path = tmp_path / "line.csv"
    with path.open("wb") as file:
        file.write(b"a,b\n1,")
        block = b"x" * (1 << 20)
        for _ in range(1024):
            file.write(block)
    job = running.finished(running.upload_file(path), within=110)
    assert job["state"] == "failed"
    assert job["error"]["code"] == "line_too_long"
    for process in [*running.parts("api"), *running.parts("worker")]:
        assert process.memory_info().rss < 600 << 20


@pytest.mark.parametrize("name", ["../../etc/passwd.csv", "a\x00b.csv", "a\nb.csv"])
def test_a_name_with_a_path_or_control_characters_is_refused(running, name):
    from base64 import b64encode

    headers = {
        "Tus-Resumable": "1.0.0",
        "Upload-Length": "5",
        "Upload-Metadata": f"filename {b64encode(name.encode()).decode()}",
    }
    answer = running.request("POST", "/uploads", headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "file_name_invalid")


def test_everything_is_there_after_the_whole_tree_is_killed_and_started_again():
    with own_folder() as folder, serving(folder) as first:
        job = first.set_up().finished(first.upload("kept.csv", SALES))
        dataset_id = job["result"]["dataset_ids"][0]
        everything = psutil.Process(first.process.pid).children(recursive=True)
        first.process.send_signal(signal.SIGKILL)
        _, alive = psutil.wait_procs(everything, timeout=15)
        assert not alive
        with serving(folder) as second:
            assert second.setup_link is None
            second.sign_in()
            assert second.request("GET", f"/datasets/{dataset_id}").json()["row_count"] == 6
            question = {"dataset_id": dataset_id, "measures": [{"fn": "sum", "column": "c5"}]}
            answer = second.request("POST", "/questions/run", json=question).json()
            assert answer["data"]["m0"] == [16]
