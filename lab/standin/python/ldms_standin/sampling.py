"""Plugins from LDMSD_PLUGIN_LIBPATH and what runs them: samplers that fill sets, policies that store them."""

import asyncio
import importlib.machinery
import importlib.util
import os
import re
import socket
import time

from .timing import every

DEFAULT_PLUGIN_PATH = "/opt/ovis/lib/ovis-ldms"


def load_module(name):
    """The plugin NAME from libNAME.so; raises FileNotFoundError, and ImportError where the file is no stand-in's."""
    path = f"{os.environ.get('LDMSD_PLUGIN_LIBPATH', DEFAULT_PLUGIN_PATH)}/lib{os.path.basename(name)}.so"
    if not os.path.exists(path):
        raise FileNotFoundError(path)
    loader = importlib.machinery.SourceFileLoader(f"ldms_plugin_{re.sub(r'[^A-Za-z0-9_]', '_', name)}", path)
    module = importlib.util.module_from_spec(importlib.util.spec_from_loader(loader.name, loader))
    try:
        loader.exec_module(module)
    except (SyntaxError, ValueError, UnicodeDecodeError) as problem:
        raise ImportError(f"{path}: not a plugin of the stand-in") from problem
    return module


class Plugin:
    """One loaded plugin; a sampler has one set, a store its path."""

    def __init__(self, name, module):
        self.name = name
        self.module = module
        self.config = {}
        self.interval_us = self.offset_us = 0
        self.task = None

    def configure(self, attributes):
        """Raises ValueError for a component_id that is no number."""
        component_id = attributes.get("component_id") or "0"
        if not component_id.isdigit():
            raise ValueError(f"component_id is not a number: `{component_id}`")
        self.config = {**attributes, "component_id": component_id}

    def start(self, sets, interval_us, offset_us):
        self.interval_us, self.offset_us = interval_us, offset_us

        async def sample():
            one = self.sample()
            sets[one["instance"]] = one

        self.task = asyncio.ensure_future(every(interval_us, offset_us, sample))

    def stop(self):
        if self.task:
            self.task.cancel()
        self.task = None

    def sample(self):
        """A set, as it goes over the wire."""
        started = time.time()
        metrics = self.module.sample()
        producer = self.config.get("producer") or socket.gethostname()
        ids = [[name, "u64", int(self.config.get(name) or 0)] for name in ("component_id", "job_id", "app_id")]
        return {
            "instance": self.config.get("instance") or f"{producer}/{self.name}",
            "schema": self.config.get("schema") or self.name,
            "producer": producer,
            "perm": self.config.get("perm", "0440"),
            "timestamp": started,
            "duration": time.time() - started,
            "metrics": ids + metrics,
        }


class StoragePolicy:
    """strgp: which sets go to which container of which plugin."""

    def __init__(self, name, plugin, container, schema, flush_us):
        self.name, self.plugin, self.container, self.schema, self.flush_us = name, plugin, container, schema, flush_us
        self.producers = []
        self.store = None
        self.task = None

    def start(self, report):
        """Raises OSError where the path is missing; `report` takes the text of a failed flush."""
        path = self.plugin.config.get("path", "")
        if not os.path.isdir(path):
            raise FileNotFoundError(f"{path}: No such file or directory")
        self.store = self.plugin.module.Store(path, self.container)

        async def flush():
            try:
                self.store.flush()
            except OSError as problem:
                report(f"strgp {self.name}: {problem}")

        self.task = asyncio.ensure_future(every(self.flush_us, 0, flush))

    def stop(self):
        if self.task:
            self.task.cancel()
        if self.store:
            self.store.close()
        self.task = self.store = None

    def takes(self, producer, one):
        wanted = not self.producers or any(re.search(regex, producer) for regex in self.producers)
        return self.store is not None and one["schema"] == self.schema and wanted

    def write(self, one):
        self.store.write(one["schema"], one["timestamp"], one["metrics"])
