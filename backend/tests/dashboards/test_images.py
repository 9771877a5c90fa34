"""Pictures on dashboards: drawn anew before they are kept, and shown wherever the dashboard is."""

import io
import struct
import zlib
from uuid import uuid4

import pytest
from dashboards.test_dashboards import a_dashboard
from exports.test_dashboard_exports import exported, size_of
from pypdf import PdfReader
from support.people import a_person


def a_png(width=60, height=40, *, damaged=False, said=(8, 2)):
    rows = b"".join(
        b"\0" + bytes((x * 4 % 256, y * 6 % 256, 120)[c] for x in range(width) for c in range(3)) for y in range(height)
    )
    packed = zlib.compress(rows)

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, *said, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"tEXt", b"Comment\0taken at home")
        + chunk(b"IDAT", packed[: len(packed) // 2] if damaged else packed)
        + chunk(b"IEND", b"")
    )


def sent(person, content):
    return person.request(
        "POST", "/dashboards/images", content=content, headers={"Content-Type": "application/octet-stream"}
    )


@pytest.fixture
def person(client):
    return a_person(client)


def with_image(image, alt="Our logo"):
    place = {"x": 0, "y": 0, "w": 4, "h": 4}
    return {"tabs": [{"tiles": [{"kind": "image", "id": "t1", "place": place, "image_id": image, "alt": alt}]}]}


def test_a_picture_is_kept_without_what_it_carries_and_once(person):
    content = a_png()
    made = sent(person, content)
    assert made.status_code == 201, made.text
    assert (made.json()["width"], made.json()["height"]) == (60, 40)
    shown = person.get(f"/dashboards/images/{made.json()['id']}")
    assert shown.headers["content-type"] == "image/png"
    assert size_of(shown.content) == (60, 40)
    assert b"taken at home" not in shown.content
    assert sent(person, content).json()["id"] == made.json()["id"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "request_invalid"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "picture_unreadable"),
        (b"GIF89a" + b"\0" * 100, 422, "picture_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 100, 422, "picture_unreadable"),
        (a_png(damaged=True), 422, "picture_unreadable"),
        (
            a_png()[:8]
            + struct.pack(">I", 13)
            + b"IHDR"
            + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
            + b"\0" * 20,
            413,
            "picture_too_large",
        ),
        (a_png() + b"\0" * (3 << 20), 413, "picture_too_large"),
    ],
)
def test_what_is_no_picture_or_too_large_is_refused(person, content, status, code):
    answer = sent(person, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_picture_is_on_paper_in_the_picture_and_behind_a_link(client, person):
    image = sent(person, a_png()).json()["id"]
    dashboard = a_dashboard(person, with_image(image))
    pages = PdfReader(io.BytesIO(exported(person, dashboard, "pdf"))).pages
    assert len(pages[0].images) >= 1
    assert size_of(exported(person, dashboard, "png"))[0] == 2560
    person.put("/sharing", {"public_links": True})
    url = person.post(f"/dashboards/{dashboard['id']}/shares", {}).json()["url"].removeprefix("http://testserver")
    page = client.get(url).text
    assert f'<img src="{url}/t1.png" alt="Our logo"' in page
    assert image not in page
    assert client.get(f"{url}/t1.png").content == person.get(f"/dashboards/images/{image}").content
    assert client.get(f"{url}/t2.png").status_code == 404
    assert client.get(f"{url}/t1.svg").status_code == 404


def test_pictures_stay_in_their_workspace(client, person):
    image = sent(person, a_png()).json()["id"]
    stranger = a_person(client)
    assert stranger.get(f"/dashboards/images/{image}").json()["code"] == "image_missing"
    for each in (image, str(uuid4())):
        answer = stranger.post("/dashboards", {"title": "Mine", "content": with_image(each)})
        assert (answer.status_code, answer.json()["code"]) == (404, "image_missing")
    viewer = a_person(client, "viewer", person.workspace_id)
    assert sent(viewer, a_png()).status_code == 403
    assert viewer.get(f"/dashboards/images/{image}").status_code == 200
