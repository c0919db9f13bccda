"""Commands of producers."""

import errno
import re

from .connection import resolve
from .producers import Producer
from .refusal import Refused, find, find_asked, need
from .timing import parse_interval
from .wire import UnresolvedError

KINDS = ("active", "passive", "advertised")
MISSING = "The producer specified does not exist."


async def prdcr_add(daemon, args):
    required = "The attribute '{name}' is required."
    name, kind = need(args, "name", required), need(args, "type", required)
    if kind not in KINDS:
        raise Refused(errno.EINVAL, f"The attribute type '{kind}' is invalid.")
    xprt, host, port = (need(args, key, required) for key in ("xprt", "host", "port"))
    reconnect = read_reconnect(args)
    if name in daemon.producers:
        raise Refused(errno.EEXIST, f"The prdcr {name} already exists.")
    auth_name = args.get("auth", "DEFAULT")
    auth = find_auth(daemon, auth_name)
    try:
        await resolve(host, port)
    except UnresolvedError:
        daemon.journal.write("WARNING", "ldmsd", f"Producer '{name}': {host}:{port} not resolved.")
    daemon.producers[name] = Producer(name, kind, xprt, host, int(port), auth_name, auth, reconnect)


def find_auth(daemon, name):
    return find(daemon.auths, name, "Authentication name not found, check the auth_add configuration.")


def read_reconnect(args):
    text = args.get("reconnect", args.get("interval"))
    if text is None:
        raise Refused(errno.EINVAL, "The attribute 'reconnect' is required.")
    try:
        reconnect = parse_interval(text)
    except ValueError:
        raise Refused(errno.EINVAL, "The given 'reconnect' is invalid.") from None
    if reconnect <= 0:
        raise Refused(errno.EINVAL, "The reconnect interval must be a positive number.")
    return reconnect


def _get(daemon, args, command):
    return find(daemon.producers, need(args, "name", f"The attribute '{{name}}' is required by {command}."), MISSING)


def prdcr_start(daemon, args):
    producer = _get(daemon, args, "prdcr_start")
    if producer.state != "STOPPED":
        raise Refused(errno.EBUSY, "The producer is already running.")
    producer.start(daemon)


def prdcr_start_regex(daemon, args):
    for producer in _matching(daemon, args, "prdcr_start_regex"):
        if producer.state == "STOPPED":
            producer.start(daemon)


def prdcr_stop(daemon, args):
    producer = _get(daemon, args, "prdcr_stop")
    if producer.state == "STOPPING":
        raise Refused(errno.EBUSY, "The producer is already stopped.")
    producer.stop(daemon)


def prdcr_stop_regex(daemon, args):
    for producer in _matching(daemon, args, "prdcr_stop_regex"):
        producer.stop(daemon)


def _matching(daemon, args, command):
    regex = need(args, "regex", f"The attribute '{{name}}' is required by {command}.")
    return [one for one in daemon.producers.values() if re.search(regex, one.name)]


def prdcr_subscribe(daemon, args):
    """Of the producers that are there, and of those that advertise themselves later. Stand-ins have no messages: of these nothing comes, as where they are off."""
    regex = need(args, "regex", "The attribute '{name}' is required by prdcr_stop_regex.")
    stream, message = args.get("stream"), args.get("message_tag")
    if stream is None and message is None:
        raise Refused(errno.EINVAL, "One of the 'stream' or `msg` attributes is required.")
    if stream is not None and message is not None:
        both = f"stream={stream} and message={message}"
        raise Refused(errno.EINVAL, f"Only one of the 'stream' or `msg` attributes can be specified. Got: {both}")
    re.compile(regex)
    if stream is not None:
        daemon.streams.subscriptions.append((regex, stream))
        for producer in _matching(daemon, {"regex": regex}, "prdcr_subscribe"):
            producer.streams.append(stream)


def prdcr_del(daemon, args):
    producer = _get(daemon, args, "prdcr_del")
    if producer.state != "STOPPED":
        raise Refused(errno.EBUSY, "The producer is in use.")
    del daemon.producers[producer.name]


def prdcr_status(daemon, args):
    return [one.describe() for one in find_asked(daemon.producers, args, "prdcr '{name}' doesn't exist.")]


def prdcr_set_status(daemon, _args):
    listed = [(producer, one) for _, producer in sorted(daemon.producers.items()) for one in producer.sets.values()]
    return [one.describe(producer.name) for producer, one in sorted(listed, key=lambda pair: (pair[0].name, pair[1].instance))]


def prdcr_stats(daemon, _args):
    states = ("STOPPED", "DISCONNECTED", "CONNECTING", "CONNECTED", "STOPPING", "STANDBY")
    producers = daemon.producers.values()
    counts = {f"{state.lower()}_count": sum(one.state == state for one in producers) for state in states}
    return {"prdcr_count": len(producers), **counts, "set_count": sum(len(one.sets) for one in producers), "compute_time": 10}


ACTIONS = {
    "prdcr_add": prdcr_add,
    "prdcr_start": prdcr_start,
    "prdcr_start_regex": prdcr_start_regex,
    "prdcr_stop": prdcr_stop,
    "prdcr_stop_regex": prdcr_stop_regex,
    "prdcr_subscribe": prdcr_subscribe,
    "prdcr_del": prdcr_del,
}
QUESTIONS = {"prdcr_status": prdcr_status, "prdcr_set_status": prdcr_set_status, "prdcr_stats": prdcr_stats}
