"""Bytes answered from memory: compressed once, named by their hash, given with an ETag."""

import gzip
import hashlib
from collections.abc import Sequence
from functools import cached_property
from typing import Any

import brotli

IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATE = "no-cache"
INCOMPRESSIBLE = ("font/woff2", "audio/", "video/", "image/png", "image/jpeg", "image/webp", "image/avif")

Header = tuple[bytes, bytes]


class Stored:
    def __init__(
        self, body: bytes, media_type: str, cache_control: str = IMMUTABLE, extra: Sequence[Header] = ()
    ) -> None:
        self._body: bytes | None = body
        self.media_type, self.cache_control, self.extra = media_type, cache_control, extra

    @classmethod
    def packed(cls, compressed: bytes, *described: Any, **more: Any) -> "Stored":
        """Of bytes that are kept in brotli alone, and taken out of it for the few browsers that cannot."""
        stored = cls(b"", *described, **more)
        stored._body, stored.brotli = None, compressed
        return stored

    @property
    def body(self) -> bytes:
        return brotli.decompress(self.brotli) if self._body is None else self._body

    @cached_property
    def etag(self) -> bytes:
        return (
            b'"%s"'
            % hashlib.sha256(self.brotli if self._body is None else self._body).hexdigest()[:20].encode()
        )

    @cached_property
    def brotli(self) -> bytes:
        return self.body if self._incompressible else brotli.compress(self.body, quality=11)

    @cached_property
    def gzip(self) -> bytes:
        return self.body if self._incompressible else gzip.compress(self.body, 9, mtime=0)

    @property
    def _incompressible(self) -> bool:
        return self.media_type.startswith(INCOMPRESSIBLE)

    def answer(self, accept_encoding: bytes, if_none_match: bytes = b"") -> tuple[int, list[Header], bytes]:
        """Status, headers and body for one request."""
        if if_none_match and self.etag in if_none_match:
            return 304, self._validators(), b""
        encoding, body = self._encoded(accept_encoding)
        headers = [*self._headers(), (b"content-length", str(len(body)).encode())]
        return 200, headers + ([(b"content-encoding", encoding)] if encoding else []), body

    def _encoded(self, accept: bytes) -> tuple[bytes, bytes]:
        if self._incompressible:
            return b"", self.body
        if b"br" in accept:
            return b"br", self.brotli
        return (b"gzip", self.gzip) if b"gzip" in accept else (b"", self.body)

    def _headers(self) -> list[Header]:
        return [(b"content-type", self.media_type.encode()), *self._validators(), *self.extra]

    def _validators(self) -> list[Header]:
        """All that a 304 must say: the browser keeps the rest from before."""
        return [
            (b"cache-control", self.cache_control.encode()),
            (b"etag", self.etag),
            (b"vary", b"accept-encoding"),
        ]
