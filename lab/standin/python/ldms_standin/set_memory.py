"""The memory that ldmsd reserves for sets at its start (`-m`), and what a set takes of it: by the real one's own layout."""

import re

DEFAULT_SIZE = "512kB"
UNITS = {"b": 1, "k": 2**10, "m": 2**20, "g": 2**30, "t": 2**30}  # sic: the real one takes a T for a G
PAGE_BYTES, GRAIN_BYTES = 4096, 1024
# Before each allocation.
PREFIX_BYTES = 96
SET_HEADER_BYTES, DATA_HEADER_BYTES, METRIC_BYTES, DIGEST_BYTES, INDEX_BYTES = 144, 96, 29, 32, 4
VALUE_BYTES, LIST_BYTES = 8, 16


def parse_size(text):
    """Bytes of `16M`, `512kB`, `4096`; 0 where the real one finds no size."""
    match = re.match(r"(\d+)\s*(\S)", f"{text}B")
    return int(match[1]) * UNITS.get(match[2].lower(), 0) if match else 0


class SetMemory:
    """A pool of whole pages, given away in grains."""

    def __init__(self, text):
        self.text = text
        self.total = _round_up(parse_size(text), PAGE_BYTES)
        self.used = 0

    def take(self, one):
        """Raises MemoryError where the set does not fit."""
        size = _footprint(one)
        if self.used + size > self.total:
            raise MemoryError
        self.used += size

    def give(self, one):
        self.used -= _footprint(one)


def _footprint(one):
    return _round_up(one["meta_size"] + one["data_size"] + PREFIX_BYTES, GRAIN_BYTES)


def measure(schema, instance, metrics, heap):
    """{"meta_size", "data_size", "heap_size"} of a set, in bytes."""
    meta = SET_HEADER_BYTES + len(schema) + 2 + DIGEST_BYTES + len(instance) + 2
    data = DATA_HEADER_BYTES + heap
    for metric in metrics:
        meta += _descriptor(metric.name, metric.unit) + INDEX_BYTES
        if metric.type == "record_type":
            # Twice: for the type and for its definition in the schema.
            meta += 2 * sum(_descriptor(name, unit) + INDEX_BYTES for name, unit in metric.columns)
        elif metric.is_meta:
            meta += VALUE_BYTES
        else:
            data += LIST_BYTES if metric.type == "list<>" else VALUE_BYTES
    return {"meta_size": _round_up(meta, 8), "data_size": _round_up(data, 8), "heap_size": heap}


def _descriptor(name, unit):
    return _round_up(METRIC_BYTES + len(name) + 1 + (len(unit) + 1 if unit else 0), 8)


def _round_up(size, step):
    return -(-size // step) * step
