"""Hostlists as maestro's python-hostlist expands them: `cygnus-0[1-4]-iw`, padding kept, duplicates removed."""

import itertools
import re

MAX_NAMES = 100_000


def expand(text):
    """Names in order; raises ValueError for what python-hostlist refuses."""
    names = {}
    for part in _split(str(text)):
        for name in _expand_part(part):
            names[name] = None
            if len(names) > MAX_NAMES:
                raise ValueError(f"hostlist has more than {MAX_NAMES} names: `{text}`")
    return list(names)


def _split(text):
    """At the commas outside brackets."""
    parts, depth = [""], 0
    for letter in text:
        depth += (letter == "[") - (letter == "]")
        if depth not in (0, 1):
            raise ValueError(f"unbalanced brackets: `{text}`")
        if letter == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += letter
    if depth or not all(parts):
        raise ValueError(f"bad hostlist: `{text}`")
    return parts


def _expand_part(part):
    pieces = re.split(r"\[([^\]]*)\]", part)
    choices = [[piece] if index % 2 == 0 else list(_expand_ranges(piece, part)) for index, piece in enumerate(pieces)]
    return ("".join(choice) for choice in itertools.product(*choices))


def _expand_ranges(ranges, part):
    for one in ranges.split(","):
        match = re.fullmatch(r"(\d+)(?:-(\d+))?", one)
        if not match:
            raise ValueError(f"bad range `{one}`: `{part}`")
        low, high = match[1], match[2] or match[1]
        if int(low) > int(high) or int(high) - int(low) > MAX_NAMES:
            raise ValueError(f"bad range `{one}`: `{part}`")
        for number in range(int(low), int(high) + 1):
            yield str(number).zfill(len(low))
