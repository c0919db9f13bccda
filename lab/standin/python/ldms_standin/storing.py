"""Store plugins and storage policies: which sets go where."""

import asyncio
import errno
import re

from .metrics import columns_of
from .refusal import Refused
from .timing import every


class StorePlugin:
    def __init__(self, name, plugin_name, module):
        self.name, self.plugin_name, self.module = name, plugin_name, module
        self.config = None
        self.task = None
        # Of one that a stream feeds, and no policy.
        self.stream = self._sink = None

    def configure(self, daemon, args):
        """The real store_csv takes a second configuration for an error, store_sos for a new one."""
        module, problem = self.module, None
        if any(name not in getattr(module, "ATTRIBUTES", args) for name in args):
            problem = "Config arguments unexpected."
        elif self.config is not None and not module.IS_RECONFIGURABLE:
            problem = ""
        elif "path" not in args:
            problem = module.NO_PATH
        elif missing := [name for name in getattr(module, "REQUIRED", ()) if name not in args]:
            problem = f"{self.plugin_name}: missing {missing[0]} in config"
        if problem:
            daemon.journal.error(module.LOG, problem)
        if problem is not None:
            raise Refused(errno.EINVAL, f"Error 22 configuring plugin instance '{self.name}'.")
        if hasattr(module, "StreamSink"):
            self._open_sink(daemon, args)
        self.config = args

    def _open_sink(self, daemon, args):
        try:
            self.stream, self._sink = args["stream"], self.module.StreamSink(args)
        except OSError as problem:
            folder = f"{args['path']}/{args['container']}"
            daemon.journal.error(self.module.LOG, f"{self.plugin_name}: Failure '{problem.strerror}' creating directory '{folder}'")
            raise Refused(problem.errno, f"Error {problem.errno} configuring plugin instance '{self.name}'.") from None

    def take_stream(self, text):
        self._sink.write(text)

    def stop(self):
        """A store has no task of its own."""
        if self._sink:
            self._sink.close()


class StoragePolicy:
    """strgp."""

    def __init__(self, name, plugin, container, schema, flush_us):
        self.name, self.plugin, self.container, self.schema, self.flush_us = name, plugin, container, schema, flush_us
        # With a decomposition the schemas may be named by a regular expression.
        self.regex = self.decomposition = self.decompose = None
        self.producers = []
        self.metrics = []
        self.state = "STOPPED"
        self._store = self._flusher = None
        self._is_told = False

    def start(self):
        self.state = "RUNNING"

    def stop(self):
        self.state = "STOPPED"
        if self._flusher:
            self._flusher.cancel()
        if self._store:
            self._store.close()
        self._flusher = self._store = None

    def takes(self, producer, one):
        wanted = not self.producers or any(re.search(regex, producer) for regex in self.producers)
        is_ours = re.search(self.regex, one["schema"]) if self.regex else one["schema"] == self.schema
        return self.state == "RUNNING" and is_ours and wanted

    def prepare(self, journal, one):
        """A set that it will store has been looked up, which is when the store is opened."""
        if not self.decompose:
            self.metrics = columns_of(one["metrics"])
        if self.plugin.config is None:
            if not self._is_told:
                self._is_told = True
                journal.error(f"store.{self.plugin.plugin_name}.{self.plugin.name}", "config not called. cannot open.")
            return
        if not self._store:
            self._store = self.plugin.module.Store(self.plugin.config["path"], self.container, self.plugin.config, journal.error)
            # The real one has a flush for sets, and none for rows.
            if self.flush_us and not self.decompose:
                self._flusher = asyncio.ensure_future(every(self.flush_us, 0, self._flush))
        if not self.decompose:
            self._store.open(one["schema"])

    def write(self, journal, one):
        self.prepare(journal, one)
        if not self._store:
            return
        if not self.decompose:
            self._store.write(one)
            return
        for schema, columns in self.decompose(one):
            self._store.write_row(schema, columns)

    async def _flush(self):
        if self._store:
            self._store.flush()

    def describe(self):
        """As strgp_status has it."""
        flush = f"{self.flush_us / 1e6:.6f}"
        texts = {"name": self.name, "container": self.container, "schema": self.schema or "-", "regex": self.regex or "-"}
        texts |= {"plugin": self.plugin.plugin_name, "flush": flush, "state": self.state, "decomp": self.decomposition or "-"}
        return {**texts, "producers": self.producers, "metrics": self.metrics}
