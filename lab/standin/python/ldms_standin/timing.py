"""Times as LDMS has them: integers in microseconds, cycles at multiples of the interval on the wall clock plus an offset."""

import asyncio
import re
import time

UNITS = {"us": 1, "ms": 10**3, "s": 10**6, "m": 60 * 10**6, "h": 3600 * 10**6, "d": 86400 * 10**6}


def parse_interval(text):
    """Microseconds of `1s`, `1.0s`, `200ms` or a bare integer, which is microseconds already; raises ValueError."""
    text = str(text).strip()
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?)\s*(us|ms|s|m|h|d)", text, re.IGNORECASE)
    if not match:
        raise ValueError(f"not a time: `{text}`")
    return round(float(match[1]) * UNITS[match[2].lower()])


async def every(interval_us, offset_us, action):
    """Awaits `action` at each cycle; one that takes longer than a cycle leaves cycles out."""
    interval, offset = interval_us / 1e6, offset_us / 1e6
    last = None
    while True:
        now = time.time()
        cycle = int((now - offset) // interval) + 1
        # A timer may fire a moment early, which must not make two cycles of one. A clock set back may.
        if last is not None and last - 1 <= cycle <= last:
            cycle = last + 1
        last = cycle
        await asyncio.sleep(max(0.0, cycle * interval + offset - now))
        await action()
