"""The real etcd, through its JSON gateway: keys below a prefix, as the real maestro_ctrl lays them out.

{"daemons": [{"names": "a"}]} is the key /PREFIX/daemons/000000/names with the value `a`. Values are strings.
"""

import base64
import http.client
import json

TIMEOUT_SECONDS = 10


class EtcdError(Exception):
    """etcd does not answer or refuses."""


class Etcd:
    def __init__(self, host, port):
        self._name = f"{host}:{port}"
        self._connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)

    def store(self, prefix, tree):
        """Replaces everything below the prefix; not one transaction, as in the real one."""
        self._call("deleterange", {"key": _encode(f"/{prefix}/"), "range_end": _encode(f"/{prefix}0")})
        for key, value in _flatten(f"/{prefix}", tree):
            self._call("put", {"key": _encode(key), "value": _encode(value)})

    def load(self, prefix):
        """The tree below the prefix; {} where there is none."""
        answer = self._call("range", {"key": _encode(f"/{prefix}/"), "range_end": _encode(f"/{prefix}0")})
        tree = {}
        for pair in answer.get("kvs", []):
            *folders, name = _decode(pair["key"]).split("/")[2:]
            place = tree
            for folder in folders:
                place = place.setdefault(folder, {})
            place[name] = _decode(pair.get("value", ""))
        return _restore_lists(tree)

    def _call(self, verb, body):
        # 3.4 has /v3, 3.3 has /v3beta.
        for version in ("v3", "v3beta"):
            try:
                self._connection.request("POST", f"/{version}/kv/{verb}", json.dumps(body))
                response = self._connection.getresponse()
                text = response.read()
            except (OSError, http.client.HTTPException) as problem:
                raise EtcdError(f"etcd at {self._name}: {problem}") from problem
            if response.status == 200:
                return json.loads(text)
            if response.status != 404:
                break
        raise EtcdError(f"etcd at {self._name}: status {response.status}: {text.decode(errors='replace')}")


def _flatten(key, value):
    if isinstance(value, dict):
        for name, item in value.items():
            if "/" in str(name):
                raise EtcdError(f"a key may have no `/`: `{name}`")
            yield from _flatten(f"{key}/{name}", item)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _flatten(f"{key}/{index:06d}", item)
    elif value:
        # 0, False and "" are not stored: so it is with the real one.
        yield key, str(value)


def _restore_lists(value):
    if not isinstance(value, dict):
        return value
    items = {name: _restore_lists(item) for name, item in value.items()}
    if items and all(len(name) == 6 and name.isdigit() for name in items):
        return [items[name] for name in sorted(items)]
    return items


def _encode(text):
    return base64.b64encode(text.encode()).decode()


def _decode(text):
    return base64.b64decode(text).decode()
