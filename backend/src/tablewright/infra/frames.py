"""The words between a parent and its child processes: length-prefixed JSON with a payload of bytes.

A frame is two lengths, a JSON header and a payload. Both lengths are checked before a byte of what they
announce is kept, because the child's side may be in the hands of a hostile file.
"""

from __future__ import annotations

import json
import socket
import struct
from typing import Any

LENGTHS = struct.Struct(">IQ")
HEADER_LIMIT = 64 * 1024 * 1024
_PIECE = 1024 * 1024


class FrameTooLarge(Exception):
    """A frame announces more bytes than its reader allows."""


def send(to: socket.socket, header: dict[str, Any], payload: bytes | memoryview = b"") -> None:
    """Write one whole frame."""
    head = json.dumps(header, separators=(",", ":")).encode()
    if len(head) > HEADER_LIMIT:
        raise FrameTooLarge(f"{len(head)} bytes of header")
    body = memoryview(payload)
    to.sendall(LENGTHS.pack(len(head), body.nbytes) + head)
    if body.nbytes:
        to.sendall(body)


class Incoming:
    """Puts frames together from pieces, and never holds more than `limit` bytes over its life."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken = 0
        self._buffer = bytearray()
        self._need: tuple[int, int] | None = None

    def read(self, source: socket.socket) -> bool:
        """Take what is there (one piece at most); False at the end of the stream."""
        piece = source.recv(_PIECE)
        if not piece:
            return False
        self._taken += len(piece)
        if self._taken > self._limit:
            raise FrameTooLarge(f"more than {self._limit} bytes")
        self._buffer += piece
        return True

    def next(self) -> tuple[dict[str, Any], bytes] | None:
        """The next whole frame, or None when more bytes are needed."""
        if self._need is None:
            if len(self._buffer) < LENGTHS.size:
                return None
            head, body = LENGTHS.unpack_from(self._buffer)
            if head > HEADER_LIMIT or head + body > self._limit:
                raise FrameTooLarge(f"{head + body} bytes announced")
            del self._buffer[: LENGTHS.size]
            self._need = (head, body)
        head, body = self._need
        if len(self._buffer) < head + body:
            return None
        view = memoryview(self._buffer)
        header = json.loads(bytes(view[:head]))
        payload = bytes(view[head : head + body])
        view.release()
        del self._buffer[: head + body]
        self._need = None
        if not isinstance(header, dict):
            raise ValueError("a frame's header is an object")
        return header, payload


def receive(source: socket.socket, incoming: Incoming) -> tuple[dict[str, Any], bytes] | None:
    """Wait for one whole frame; None at the end of the stream."""
    while True:
        frame = incoming.next()
        if frame is not None:
            return frame
        if not incoming.read(source):
            return None
