"""What ldms_ls prints of sets: the real one's columns and its JSON."""

import json
import time

TITLES = (("Schema", 14), ("Instance", 24), ("Flags", 6), ("Msize", 6), ("Dsize", 6), ("Hsize", 6), ("UID", 6), ("GID", 6), ("Perm", 10))
TITLES += (("Update", 17), ("Duration", 17), ("Info", 8))


def _flags(one):
    """C: consistent; L or R: from here or from another daemon."""
    return f"{'C' if one['is_consistent'] else ' '}{'L' if one['is_local'] else 'R'} "


def _permission(bits):
    return "-" + "".join(letter if bits >> (8 - index) & 1 else "-" for index, letter in enumerate("rwxrwxrwx"))


def _sums(sets):
    meta, data = (sum(one[key] for one in sets) / 1000 for key in ("meta_size", "data_size"))
    return meta, data, meta + data


def print_table(sets):
    rule = " ".join("-" * width for _, width in TITLES)
    print(" ".join(f"{title:{width}}" for title, width in TITLES))
    print(rule)
    for one in sets:
        sizes = " ".join(f"{one[key]:6}" for key in ("meta_size", "data_size", "heap_size", "uid", "gid"))
        times = f"{one['timestamp']:17.6f} {one['duration']:17.6f}"
        hint = f'"updt_hint_us"="{_hint(one)}" ' if one["hint"] else ""
        print(f"{one['schema']:14} {one['instance']:24} {_flags(one):>6} {sizes} {_permission(one['perm'])} {times} {hint}")
    if sets:
        meta, data, both = _sums(sets)
        print(rule)
        print(f"Total Sets: {len(sets)}, Meta Data (kB): {meta:.2f}, Data (kB) {data:.2f}, Memory (kB): {both:.2f}")


def _hint(one):
    return ":".join(map(str, one["hint"]))


def print_json(sets, is_verbose):
    """No final newline; without sets it is torn, as the real one's is."""
    if not sets:
        print('{"sets":[}', end="")
        return
    if not is_verbose:
        print(json.dumps({"sets": [{"instance": one["instance"]} for one in sets]}, separators=(",", ":")), end="")
        return
    meta, data, both = _sums(sets)
    memory = f'"total_sets":{len(sets)},"meta_data_kb":{meta:.2f},"data_kb":{data:.2f},"memory_kb":{both:.6f}'
    print('{"sets":[' + ",".join(map(_verbose, sets)) + '],"memory":{' + memory + "}}", end="")


def _verbose(one):
    age = time.time() - one["timestamp"]
    fields = {"schema": one["schema"], "instance": one["instance"], "flags": _flags(one)}
    fields |= {key: one[key] for key in ("meta_size", "data_size", "heap_size", "uid", "gid")}
    fields |= {"perm": _permission(one["perm"]), "update": f"{one['timestamp']:.6f}"}
    head = json.dumps(fields, separators=(",", ":"))[:-1]
    ages = f'"duration":{one["duration"]:.6f},"age_seconds":{age:.3f},"age_intervals":{int(age * 1e6 / one["hint"][0])}'
    return f'{head},{ages},"info":{{"updt_hint_us":"{_hint(one)}"}}}}'


def print_long(one):
    state = "consistent" if one["is_consistent"] else "inconsistent"
    moment = time.strftime("%a %b %d %H:%M:%S %Y +0000", time.gmtime(one["timestamp"]))
    print(f"{one['instance']}: {state}, last update: {moment} [{round(one['timestamp'] % 1 * 1e6)}us] ")
    for name, kind, value, unit, is_meta, columns in one["metrics"]:
        if kind == "record_type":
            value = "LDMS_V_RECORD_TYPE"
        elif kind == "d64":
            value = f"{value:.6f}"
        rows = value if kind == "list<>" else []
        print(f"{'M' if is_meta else 'D'} {kind:12} {name:42} {'' if kind == 'list<>' else value} {unit}")
        for row in rows:
            print("   " + " ".join(json.dumps(field) for field in row))
    print()
