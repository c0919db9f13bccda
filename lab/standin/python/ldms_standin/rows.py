"""Rows on disk: `CONTAINER/SCHEMA-DIGEST.jsonl`, the attributes' names in the first line, then a row a line.

A row is visible as soon as it is written and safe after a flush. A line that a crash tore is left out by readers and
closed by the next writer. Another set of attributes, as of another kernel, gets a file of its own by its digest.
"""

import glob
import hashlib
import json
import os

CHUNK_BYTES = 256 * 1024
# Rows come from several hosts, so they are not strictly in the order of their times.
DISORDER_SECONDS = 60


class RowFile:
    """One writer's end."""

    def __init__(self, folder, schema, names):
        os.makedirs(folder, mode=0o755, exist_ok=True)
        self.names = names
        digest = hashlib.sha256("\n".join(names).encode()).hexdigest()[:8]
        self._file = open(f"{folder}/{schema}-{digest}.jsonl", "a+b", buffering=0)
        if self._file.tell() == 0:
            self._file.write(_line(names))
        else:
            self._file.seek(-1, os.SEEK_END)
            if self._file.read(1) != b"\n":
                self._file.write(b"\n")

    def append(self, row):
        self._file.write(_line(row))

    def flush(self):
        os.fsync(self._file.fileno())

    def close(self):
        self.flush()
        self._file.close()


def _line(value):
    return json.dumps(value, separators=(",", ":")).encode() + b"\n"


def list_schemas(folder):
    """Names, sorted."""
    return sorted({os.path.basename(path).rpartition("-")[0] for path in glob.glob(f"{glob.escape(folder)}/*-????????.jsonl")})


def read_rows(folder, schema, since=0.0, until=float("inf")):
    """(names, rows as dicts) with since <= timestamp <= until, oldest first; reads back from the end no further than needed."""
    names, rows = [], []
    for path in sorted(glob.glob(f"{glob.escape(folder)}/{glob.escape(schema)}-????????.jsonl")):
        with open(path, "rb") as file:
            own_names = _parse(file.readline())
            if not own_names:
                continue
            names += [name for name in own_names if name not in names]
            for values in _newest_first(file, file.tell(), len(own_names)):
                if values[0] < since - DISORDER_SECONDS:
                    break
                if since <= values[0] <= until:
                    rows.append(dict(zip(own_names, values)))
    rows.sort(key=lambda row: row["timestamp"])
    return names, rows


def _newest_first(file, start, width):
    """The whole rows between `start` and the end, last line first."""
    position = file.seek(0, os.SEEK_END)
    rest = b""
    while position > start:
        size = min(CHUNK_BYTES, position - start)
        position -= size
        file.seek(position)
        lines = (file.read(size) + rest).split(b"\n")
        # The first one may begin in the chunk before.
        rest = lines.pop(0) if position > start else b""
        for line in reversed(lines):
            row = _parse(line)
            if row and len(row) == width and isinstance(row[0], (int, float)):
                yield row


def _parse(line):
    """A JSON list; None for an empty or torn line."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, list) else None
