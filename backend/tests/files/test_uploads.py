"""Uploads: resumable, honest about their offset, refused before the first byte when they must be."""

import errno
import io

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from blake3 import blake3
from support.data import SALES, TUS, announce, send, uploaded
from support.people import a_person

from tablewright.files import spool
from tablewright.files.errors import StorageFull
from tablewright.infra.settings import settings
from tablewright.infra.storage import objects


def offset_of(person, location):
    return int(person.request("HEAD", location.removeprefix("/api/v1"), headers=TUS).headers["upload-offset"])


def test_a_file_arrives_unchanged_and_is_addressed_by_its_hash(client):
    person = a_person(client)
    upload = uploaded(person, "sales.csv", SALES)
    assert upload["state"] == "stored"
    file = person.get(f"/files/{upload['file_id']}").json()
    assert file["content_hash"] == blake3(SALES).hexdigest()
    assert objects().read(f"w/{person.workspace_id}/files/{file['content_hash']}") == SALES
    assert not spool.path(upload["id"]).exists()


def test_an_upload_goes_on_where_it_stopped_and_the_hash_is_right_without_the_first_process(client):
    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    assert send(person, location, SALES[:100]).headers["upload-offset"] == "100"
    spool._hashes._running.clear()  # what a killed process knew is gone
    assert offset_of(person, location) == 100
    assert send(person, location, SALES[100:], 100).status_code == 204
    upload = person.get(location.removeprefix("/api/v1")).json()
    assert person.get(f"/files/{upload['file_id']}").json()["content_hash"] == blake3(SALES).hexdigest()


def test_a_complete_upload_that_was_cut_off_before_it_was_stored_is_stored_when_asked_about(client):
    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    send(person, location, SALES[:-1])
    upload_id = location.rsplit("/", 1)[1]
    with spool.path(upload_id).open("ab") as file:  # the last byte was written, then the process died
        file.write(SALES[-1:])
    spool._hashes._running.clear()
    assert offset_of(person, location) == len(SALES)
    assert person.get(f"/uploads/{upload_id}").json()["state"] == "stored"


def test_the_first_rows_are_shown_while_a_file_comes_and_once_it_is_there(client):
    person = a_person(client)
    lines = b"id;name\n" + b"".join(b"%d;Name %d\n" % (n, n) for n in range(3000))
    location = announce(person, "people.csv", len(lines)).headers["location"]
    path = location.removeprefix("/api/v1")
    assert person.get(path).json()["preview"] is None
    send(person, location, lines[:30_000])
    preview = person.get(path).json()["preview"]
    assert [column["name"] for column in preview["schema"]] == ["id", "name"]
    assert preview["rows"][0] in ([0, "Name 0"], ["0", "Name 0"])
    assert person.get(f"{path}?preview=false").json()["preview"] is None
    # One that came at once is shown while it is read.
    small = uploaded(person, "small.csv", b"a;b\n1;x\n2;y\n")
    assert [column["name"] for column in small["preview"]["schema"]] == ["a", "b"]


def test_of_a_parquet_file_it_is_said_when_its_rows_are_shown_and_then_they_are(client):
    person = a_person(client)
    out = io.BytesIO()
    pq.write_table(pa.table({"id": range(20_000)}), out)
    content = out.getvalue()
    location = announce(person, "ids.parquet", len(content)).headers["location"]
    path = location.removeprefix("/api/v1")
    send(person, location, content[:20_000])
    assert list(person.get(path).json()["preview"]) == ["later"]
    send(person, location, content[20_000:], 20_000)
    assert person.get(path).json()["preview"]["rows"][:2] == [["0"], ["1"]]


def test_a_wrong_offset_is_a_conflict_that_names_the_right_one(client):
    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    send(person, location, SALES[:10])
    answer = send(person, location, SALES[20:], 20)
    assert answer.status_code == 409
    assert "byte 10" in answer.json()["detail"]


def test_bytes_beyond_the_announced_size_are_refused_and_not_kept(client):
    person = a_person(client)
    location = announce(person, "sales.csv", 10).headers["location"]
    answer = send(person, location, SALES)
    assert answer.status_code == 422
    assert answer.json()["code"] == "upload_overrun"
    assert spool.offset(location.rsplit("/", 1)[1]) <= 10


def test_two_senders_at_once_do_not_mix(client):
    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    with spool.writer(location.rsplit("/", 1)[1], 0):
        assert send(person, location, SALES).json()["code"] == "upload_busy"
    assert send(person, location, SALES).status_code == 204


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "a\\b.csv", "a\x00.csv", "a\nb.csv", "", "..", "x" * 300, "report\u202evsc.exe"]
)
def test_a_name_with_a_path_or_control_characters_is_refused_with_a_reason(client, name):
    person = a_person(client)
    answer = announce(person, name, 10)
    assert answer.status_code == 422
    assert answer.json()["code"] == "file_name_invalid"


def test_a_file_over_the_limit_is_refused_before_its_first_byte(client):
    person = a_person(client)
    answer = announce(person, "big.csv", settings().max_upload_bytes + 1)
    assert answer.status_code == 413
    assert answer.json()["where"]["limit"] == settings().max_upload_bytes


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Upload-Length": "-1"},
        {"Upload-Length": "1e9"},
        {"Upload-Length": "5"},
        {"Upload-Length": "5", "Upload-Metadata": "filename !!!"},
        {"Upload-Length": "5", "Upload-Metadata": "filename YS5jc3Y=,dataset_id bm8="},
    ],
)
def test_malformed_announcements_are_refused_with_the_header_named(client, headers):
    person = a_person(client)
    answer = person.post("/uploads", headers={**TUS, **headers})
    assert answer.status_code == 422
    assert answer.json()["where"]["header"] in ("Upload-Length", "Upload-Metadata")


def test_an_abandoned_upload_leaves_nothing(client):
    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    send(person, location, SALES[:10])
    assert person.delete(location.removeprefix("/api/v1")).status_code == 204
    assert not spool.path(location.rsplit("/", 1)[1]).exists()
    assert person.get(location.removeprefix("/api/v1")).status_code == 404


def test_a_file_whose_upload_is_abandoned_when_it_has_just_arrived_is_not_read(client):
    person = a_person(client)
    upload = uploaded(person, "sales.csv", SALES)
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "queued"
    assert person.delete(f"/uploads/{upload['id']}").status_code == 204
    assert person.get(f"/jobs/{upload['job_id']}").json()["state"] == "cancelled"


def test_another_workspace_and_another_person_see_nothing_of_an_upload(client):
    person = a_person(client)
    colleague = a_person(client, "admin", person.workspace_id)
    stranger = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    for other in (colleague, stranger):
        assert send(other, location, SALES).status_code == 404
        assert other.get(location.removeprefix("/api/v1")).status_code == 404
    upload = uploaded(person, "sales.csv", SALES)
    assert stranger.get(f"/files/{upload['file_id']}").status_code == 404


def test_a_viewer_may_not_upload(client):
    admin = a_person(client)
    assert announce(a_person(client, "viewer", admin.workspace_id), "sales.csv", 10).status_code == 403


def test_a_full_disk_is_said_and_what_was_taken_still_counts(client):

    person = a_person(client)
    location = announce(person, "sales.csv", len(SALES)).headers["location"]
    upload_id = location.rsplit("/", 1)[1]
    with spool.writer(upload_id, 0) as writer:
        real = writer._file

        class Full:
            """A disk that takes ten bytes and then no more, as a quota does."""

            def write(self, block):
                if real.tell() >= 10:
                    raise OSError(errno.ENOSPC, "No space left on device")
                return real.write(block[: 10 - real.tell()])

        writer._file = Full()
        with pytest.raises(StorageFull):
            writer.write(SALES)
        writer._file = real
    assert offset_of(person, location) == 10
    assert send(person, location, SALES[10:], 10).status_code == 204
    upload = person.get(f"/uploads/{upload_id}").json()
    assert person.get(f"/files/{upload['file_id']}").json()["content_hash"] == blake3(SALES).hexdigest()
