"""`/` says "Test connection"; POST /grafana/search and /grafana/query answer as the SOS data source of Grafana asks.

A query is {"range": {"from": ISO, "to": ISO}, "targets": [{"container", "schema", "target": METRIC, "format": "time_series" | "table"}]}.
"""

import datetime
import json
import re

from . import settings
from .session import SessionError, ask_all, read_hosts

BODY_LIMIT = 2**20


class Refused(Exception):
    """An answer other than 200."""

    def __init__(self, status, text):
        super().__init__(text)
        self.status = status


def application(environ, start_response):
    try:
        _check_host(environ.get("HTTP_HOST", ""))
        status, kind, body = "200 OK", *_route(environ)
    except Refused as refused:
        status, kind, body = refused.status, "text/plain", str(refused)
    except SessionError as problem:
        status, kind, body = "502 Bad Gateway", "text/plain", str(problem)
    data = body.encode()
    start_response(status, [("Content-Type", kind), ("Content-Length", str(len(data)))])
    return [data]


def _check_host(header):
    """Django's rule: a name of ALLOWED_HOSTS, `.domain` for its subdomains, `*` for any."""
    name = re.sub(r":\d+$", "", header).lower()
    allowed = settings.ALLOWED_HOSTS or (["localhost", "127.0.0.1"] if settings.DEBUG else [])
    for pattern in allowed:
        pattern = pattern.lower()
        if pattern in ("*", name) or (pattern.startswith(".") and (name.endswith(pattern) or name == pattern[1:])):
            return
    raise Refused("400 Bad Request", f"the host `{name}` is not in ALLOWED_HOSTS")


def _route(environ):
    path = environ.get("PATH_INFO", "/").rstrip("/")
    if path in ("", "/grafana"):
        return "text/plain", "Test connection"
    if path not in ("/grafana/search", "/grafana/query"):
        raise Refused("404 Not Found", f"no such page: {path}")
    if environ["REQUEST_METHOD"] != "POST":
        raise Refused("405 Method Not Allowed", "only POST")
    request = _read_body(environ)
    try:
        answer = _search(request) if path.endswith("search") else _query(request)
    except (KeyError, TypeError, ValueError, AttributeError) as problem:
        raise Refused("400 Bad Request", f"not a query: {problem!r}") from problem
    return "application/json", json.dumps(answer)


def _read_body(environ):
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if length > BODY_LIMIT:
        raise Refused("413 Payload Too Large", "the query is too long")
    try:
        return json.loads(environ["wsgi.input"].read(length) or b"{}")
    except ValueError as problem:
        raise Refused("400 Bad Request", "the body is not JSON") from problem


def _ask(message, container):
    path = f"{settings.DSOS_ROOT}/{container}"
    return ask_all(read_hosts(settings.DSOS_CONF), {**message, "container": path})


def _search(request):
    """The schemas of a container."""
    answers = _ask({"op": "schemas"}, request["container"])
    return sorted({schema for answer in answers for schema in answer["schemas"]})


def _query(request):
    since, until = (_parse_time(request["range"][end]) for end in ("from", "to"))
    return [series for target in request["targets"] for series in _target(target, since, until)]


def _target(target, since, until):
    metric = target["target"]
    message = {"op": "rows", "schema": target["schema"], "since": since, "until": until, "columns": ["timestamp", "component_id", metric]}
    rows = sorted((row for answer in _ask(message, target["container"]) for row in answer["rows"]), key=lambda row: row["timestamp"])
    if target.get("format") == "table":
        columns = ["timestamp", "component_id", metric]
        return [{"type": "table", "columns": [{"text": name} for name in columns], "rows": [[row[name] for name in columns] for row in rows]}]
    points = {}
    for row in rows:
        points.setdefault(row["component_id"], []).append([row[metric], round(row["timestamp"] * 1000)])
    return [{"target": f"[{component}]{metric}", "comp_id": component, "datapoints": points[component]} for component in sorted(points)]


def _parse_time(text):
    """Seconds of `2026-11-22T20:00:00.000Z`, which is what Grafana sends."""
    return datetime.datetime.fromisoformat(str(text).replace("Z", "+00:00")).timestamp()
