"""Decompositions: the rows that a storage policy makes of a set, by its JSON file."""

import errno
import hashlib
import json
import os
import re
import sys

from .metrics import rows_of
from .refusal import Refused

# What a set has beside its metrics, and what the real one takes as the type of such a column; another one ends it at the first row.
META = {"timestamp": ("ts", "timestamp"), "M_timestamp": ("ts", "timestamp")}
META |= dict.fromkeys(("producer", "M_producer", "instance", "M_instance", "M_schema"), ("char_array", "char[]"))


class Column:
    """`is_time` is said of the sampling time, which stores write in their own way."""

    def __init__(self, name, value, is_time=False):
        self.name, self.value, self.is_time = name, value, is_time


def load(journal, policy, path):
    """A function from a set to [(schema, [Column])]. Raises Refused with the real one's words and codes."""
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file)
    except OSError as problem:
        text = f"line -1 column: -1 cannot open file: unable to open {path}: {problem.strerror}"
        _refuse(journal, "store", errno.EINVAL, f"decomposer: json parser error: {text}\n")
    except ValueError as problem:
        _refuse(journal, "store", errno.EINVAL, f"decomposer: json parser error: {problem}\n")
    kind = document.get("type") if isinstance(document, dict) else None
    if kind is None:
        _refuse(journal, "store", errno.EINVAL, "decomposer: json parser error: JSON configuration is missing the 'type' attribute.\n")
    return _load_part(journal, policy, document, kind)


def _load_part(journal, policy, document, kind):
    if kind not in PARTS:
        _refuse(journal, "store", errno.ENOENT, f"decomposer: Cannot load the decomposer {kind} library.\n")
    return PARTS[kind](journal, policy, document)


def _refuse(journal, subsystem, code, text):
    journal.error(subsystem, text.rstrip("\n"))
    raise Refused(code, text)


def _load_as_is(journal, policy, document):
    for number, index in enumerate(document.get("indices", [])):
        if "name" not in index:
            _refuse(journal, "store.decomp.as_is", errno.EINVAL, f"strgp '{policy}': index '{number}': index['name'] is required.\n")

    def decompose(one):
        names = [metric.name for metric in one["metrics"]]
        digest = hashlib.sha256("\n".join([one["schema"], *names]).encode()).hexdigest()
        scalars = [metric.name for metric in one["metrics"] if metric.type not in ("record_type", "list<>")]
        time = Column("timestamp", one["timestamp"], is_time=True)
        # Of a list only the scalars are kept, as many rows as it has records.
        return [(f"{one['schema']}_{digest[:7]}", [time, *map(Column, scalars, row)]) for row in rows_of(one["metrics"])]

    return decompose


def _load_static(journal, policy, document):
    log = "store.decomp.static"
    rows = document.get("rows")
    if not isinstance(rows, list):
        _refuse(journal, log, errno.ENOMEM, f"strgp '{policy}': The 'rows' attribute is missing, or its value is not a list.\n")
    for number, row in enumerate(rows):
        for place, column in enumerate(row.get("cols", [])):
            said = f"strgp '{policy}': row '{number}'--col '{place}': "
            if not isinstance(column.get("src"), str):
                _refuse(journal, log, errno.EINVAL, f"{said}column['src'] is required and must be a string.\n")
            if ("[" in column["src"]) != ("]" in column["src"]):
                _refuse(journal, log, errno.EINVAL, f"{said}incomplete brackets in column['src'].\n")
        columns = [column.get("dst", column["src"]) for column in row.get("cols", [])]
        for place, index in enumerate(row.get("indices", [])):
            strangers = [name for name in index["cols"] if name not in columns]
            if strangers:
                text = f"strgp '{policy}': row '{number}': index '{place}': column '{strangers[0]}' not found.\n"
                _refuse(journal, log, errno.ENOENT, text)

    def decompose(one):
        made = ((row["schema"], _make_row(journal, policy, row, one)) for row in rows)
        return [(schema, columns) for schema, columns in made if columns]

    return decompose


def _make_row(journal, policy, row, one):
    """None where the set lacks a metric that has no `fill`."""
    values = {metric.name: metric.value for metric in one["metrics"]}
    values |= {"timestamp": one["timestamp"], "M_timestamp": one["timestamp"]}
    values |= {"producer": one["producer"], "M_producer": one["producer"], "M_schema": one["schema"]}
    values |= {"instance": one["instance"], "M_instance": one["instance"]}
    columns = []
    for column in row["cols"]:
        source = column["src"]
        if source in META and column.get("type", META[source][0]).lower() not in META[source]:
            print(f"ldmsd: decomp_static.c: resolve_col: Assertion failed: the type of {source}", file=sys.stderr, flush=True)
            os.abort()
        if source not in values and "fill" not in column:
            text = f"strgp '{policy}': col[src] '{source}' does not exist in the set '{one['instance']}' and the 'fill' is not specified."
            journal.error("store.decomp.static", text)
            return None
        value = values.get(source, column.get("fill"))
        columns.append(Column(column.get("dst", source), value, is_time=source in ("timestamp", "M_timestamp")))
    return columns


def _load_flex(journal, policy, document):
    """By `matches` and `default`; the digests of the real sets are not known here, but for `*`."""
    log = "store.decomp.flex"
    if not isinstance(document.get("decomposition"), dict):
        _refuse(journal, log, errno.EINVAL, "'decomposition' attribute is missing\n")
    parts = {name: _load_part(journal, policy, part, part.get("type")) for name, part in document["decomposition"].items()}
    rules = [(match, _names(match["apply"])) for match in document.get("matches", [])]
    default = _names(document.get("default", document.get("digest", {}).get("*", [])))
    for name in [*default, *(name for _, names in rules for name in names)]:
        if name not in parts:
            _refuse(journal, log, errno.EINVAL, f"The specified decomposition '{name}' was not found.\n")

    def decompose(one):
        fits = [names for match, names in rules if all(re.search(match.get(key, ""), one[key]) for key in ("schema", "instance"))]
        return [row for name in (fits[0] if fits else default) for row in parts[name](one)]

    return decompose


def _names(value):
    return [value] if isinstance(value, str) else value


PARTS = {"as_is": _load_as_is, "static": _load_static, "flex": _load_flex}
