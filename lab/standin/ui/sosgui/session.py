"""What Sos.Session is to the real UI: all dsosd of dsosd.conf, asked one after the other."""

import json
import socket

from ldms_standin import portmap

TIMEOUT_SECONDS = 5


class SessionError(Exception):
    """A dsosd that cannot be asked, or has no such container."""


def read_hosts(path):
    """One host a line; empty lines and comments left out."""
    with open(path, encoding="utf-8") as file:
        return [line.strip() for line in file if line.strip() and not line.startswith("#")]


def ask_all(hosts, message):
    """The answers of all hosts; raises SessionError where none of them answers well."""
    answers, problems = [], []
    for host in hosts:
        try:
            answer = _ask(host, message)
        except (OSError, ValueError) as problem:
            problems.append(f"{host}: {problem}")
            continue
        if "error" in answer:
            problems.append(f"{host}: {answer['error']}")
        else:
            answers.append(answer)
    if not answers:
        raise SessionError("; ".join(problems) or "dsosd.conf names no host")
    return answers


def _ask(host, message):
    port = portmap.find(host)
    if not port:
        raise OSError("no dsosd is registered with rpcbind")
    with socket.create_connection((host, port), TIMEOUT_SECONDS) as connection, connection.makefile("rwb") as stream:
        stream.write(json.dumps(message).encode() + b"\n")
        stream.flush()
        return json.loads(stream.readline())
