"""Commands of updaters."""

import errno
import re

from .pulling import Updater
from .refusal import Refused, find, find_asked, need
from .timing import parse_interval

MISSING = "The updater specified does not exist."
RUNNING = "Configuration changes cannot be made while the updater is running."


def updtr_add(daemon, args):
    name, interval = need(args, "name", "The attribute '{name}' is required."), _interval(args)
    offset = _time(args.get("offset", "0"), "offset")
    if abs(offset) > interval / 2:
        words = "The absolute value of the offset value must not be larger than the half of the update interval."
        raise Refused(errno.EINVAL, words)
    if name in daemon.updaters:
        raise Refused(errno.EEXIST, f"The updtr {name} already exists.")
    mode = "Push" if "push" in args else "Pull"
    daemon.updaters[name] = Updater(name, interval, offset, mode, args.get("auto_interval", "false").lower() == "true")


def _interval(args):
    interval = _time(need(args, "interval", "The '{name}' attribute is required."), "interval")
    if interval <= 0:
        raise Refused(errno.EINVAL, "The update interval value must be larger than 0.")
    return interval


def _time(text, name):
    try:
        return parse_interval(text)
    except ValueError:
        raise Refused(errno.EINVAL, f"The given update {name} value ({text}) is invalid.") from None


def _get_stopped(daemon, args, command):
    required = f"The attribute '{{name}}' is required by {command}."
    name, regex = need(args, "name", required), need(args, "regex", required)
    updater = find(daemon.updaters, name, MISSING)
    if updater.task:
        raise Refused(errno.EBUSY, RUNNING)
    return updater, regex


def updtr_prdcr_add(daemon, args):
    updater, regex = _get_stopped(daemon, args, "updtr_prdcr_add")
    updater.producers.append(re.compile(regex).pattern)


def updtr_match_add(daemon, args):
    updater, regex = _get_stopped(daemon, args, "updtr_match_add")
    field = args.get("match", "inst")
    if field not in ("inst", "schema"):
        raise Refused(errno.EINVAL, f"The value '{field}' for match= is invalid.")
    updater.matches.append([field, re.compile(regex).pattern])


def _get(daemon, args):
    return find(daemon.updaters, need(args, "name", "The updater name must be specified."), MISSING)


def updtr_start(daemon, args):
    updater = _get(daemon, args)
    if updater.task:
        raise Refused(errno.EBUSY, "The updater is already running.")
    updater.start(daemon)


def updtr_stop(daemon, args):
    updater = _get(daemon, args)
    if not updater.task:
        raise Refused(errno.EBUSY, "The updater is already stopped.")
    updater.stop()


def updtr_del(daemon, args):
    updater = _get(daemon, args)
    if updater.task:
        raise Refused(errno.EBUSY, "The updater is in use.")
    del daemon.updaters[updater.name]


def updtr_status(daemon, args):
    return [_describe(daemon, one) for one in find_asked(daemon.updaters, args, "updtr '{name}' doesn't exist.")]


def _describe(daemon, one):
    producers = one.reaches(producer for _, producer in sorted(daemon.producers.items()))
    listed = [{"name": p.name, "host": p.host, "port": p.port, "transport": p.xprt, "state": p.state} for p in producers]
    texts = {"name": one.name, "interval": str(one.interval_us), "offset": str(one.offset_us), "sync": "true", "mode": one.mode}
    return {**texts, "auto": str(one.is_auto).lower(), "state": "RUNNING" if one.task else "STOPPED", "producers": listed}


ACTIONS = {
    "updtr_add": updtr_add,
    "updtr_prdcr_add": updtr_prdcr_add,
    "updtr_match_add": updtr_match_add,
    "updtr_start": updtr_start,
    "updtr_stop": updtr_stop,
    "updtr_del": updtr_del,
}
QUESTIONS = {"updtr_status": updtr_status}
