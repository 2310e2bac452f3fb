"""Sizes of documents as gzip.GzipFile writes them at level 9, as the reference code of H does."""

import io
import platform
import struct

from ziplaw_peer import need, serve

(gzip,) = need("gzip")


def size(raw):
    """Bytes of a gzip file with raw in it."""
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb") as f:
        f.write(raw)
    return len(out.getvalue())


def prepare(r):
    """All documents, whose tokens are bytes already."""
    raw = [struct.pack(f">{len(d)}i", *d) for d in r["documents"]]
    return lambda: sum(map(size, raw))


serve(f"gzip of Python {platform.python_version()}", prepare)
