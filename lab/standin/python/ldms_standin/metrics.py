"""One metric of a set, as plugins give them and as the wire has them."""

from collections import namedtuple

# type: "u64", "d64", "char[]", "record_type" (its columns are [[name, unit]]) or "list<>" (its value is rows of one record type).
_Metric = namedtuple("Metric", "name type value unit is_meta columns")


class Metric(_Metric):
    """`Metric("MemFree", "u64", 12)`; a meta metric is set once, when the set is made."""

    def __new__(cls, name, kind, value, unit="", is_meta=False, columns=()):
        return super().__new__(cls, name, kind, value, unit, is_meta, columns)


def unpack(fields):
    """From the wire, where a metric is a list of its fields."""
    return Metric(*fields)


def columns_of(metrics):
    """What a store has as columns: the scalars, then a number and the record's fields for a list."""
    names = [metric.name for metric in metrics if _is_scalar(metric)]
    records = [name for metric in metrics if metric.type == "record_type" for name, _ in metric.columns]
    return names + [f"{one.name}_{name}" for one in metrics if one.type == "list<>" for name in ("entry_idx", *records)]


def rows_of(metrics):
    """One row of values, or one for each record of a list."""
    scalars = [metric.value for metric in metrics if _is_scalar(metric)]
    lists = [metric.value for metric in metrics if metric.type == "list<>"]
    return [[*scalars, index, *record] for rows in lists for index, record in enumerate(rows)] if lists else [scalars]


def _is_scalar(metric):
    return metric.type not in ("record_type", "list<>")
