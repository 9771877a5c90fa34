"""The built web, served from memory: exported pages, hashed assets, a strict content security policy.

The export has inline scripts that the framework writes; their hashes are computed here from the pages
themselves, so the policy needs no `unsafe-inline` for scripts and nothing has to be configured.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from base64 import b64encode
from dataclasses import dataclass
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

_INLINE_SCRIPT = re.compile(rb"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
_TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml", "application/manifest+json")
_NOT_BUILT = (
    b"<!doctype html><html lang=en><title>Tablewright</title><p>The web is not built. Run <code>make build</code>.</p>"
)

SECURITY_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
FRAMED = b"frame-ancestors http"
"""In the policy of a page that named origins may hold in a frame."""
API_POLICY = "default-src 'none'; frame-ancestors 'none'"


@dataclass(frozen=True)
class Page:
    body: bytes
    packed: bytes | None
    """The same bytes gzipped, when that is worth it."""
    media_type: str
    etag: str
    policy: str
    cache: str


def _policy(html: bytes) -> str:
    hashes = {
        "'sha256-" + b64encode(hashlib.sha256(script).digest()).decode() + "'"
        for script in _INLINE_SCRIPT.findall(html)
        if script.strip()
    }
    scripts = " ".join(["'self'", *sorted(hashes)])
    return (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )


def _page(path: Path, immutable: bool) -> Page:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if media_type == "text/javascript":
        media_type = "application/javascript"
    is_text = media_type.startswith(_TEXT)
    return Page(
        body=body,
        packed=gzip.compress(body, 6, mtime=0) if is_text and len(body) > 512 else None,
        media_type=f"{media_type}; charset=utf-8" if is_text else media_type,
        etag=f'"{hashlib.sha256(body).hexdigest()[:24]}"',
        policy=_policy(body) if media_type == "text/html" else API_POLICY,
        cache="public, max-age=31536000, immutable" if immutable else "no-cache",
    )


class Web:
    """The exported site: `answer(request)` gives the page, the asset, or the site's own 404 page."""

    def __init__(self, folder: Path) -> None:
        self.pages: dict[str, Page] = {}
        if (folder / "index.html").is_file():
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    address = "/" + path.relative_to(folder).as_posix()
                    self.pages[address] = _page(path, address.startswith("/_next/static/"))
        self.is_built = bool(self.pages)

    def answer(self, request: Request) -> Response:
        """GET and HEAD of any path. Unknown paths get the 404 page with status 404."""
        path = request.url.path
        if not self.is_built:
            return Response(_NOT_BUILT, 503, {"Content-Security-Policy": API_POLICY}, "text/html; charset=utf-8")
        page = self.pages.get(path)
        if page is None and (index := self.pages.get(path.rstrip("/") + "/index.html")):
            if not path.endswith("/"):
                query = f"?{request.url.query}" if request.url.query else ""
                # Only paths of the export get here, so this cannot lead to another site.
                return Response(status_code=308, headers={"Location": f"{path}/{query}"})
            page = index
        status = 200
        if page is None:
            page, status = self.pages.get("/404.html"), 404
        if page is None:
            return Response(status_code=404)
        headers = {"ETag": page.etag, "Cache-Control": page.cache, "Content-Security-Policy": page.policy}
        if status == 200 and request.headers.get("if-none-match") == page.etag:
            return Response(status_code=304, headers=headers)
        body = page.body
        if page.packed is not None:
            headers["Vary"] = "Accept-Encoding"
            if "gzip" in request.headers.get("accept-encoding", ""):
                body = page.packed
                headers["Content-Encoding"] = "gzip"
        return Response(body, status, headers, page.media_type)
