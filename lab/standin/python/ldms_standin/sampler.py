"""A sampler plugin in a daemon: made by `load`, its set by `config`, run by `start`."""

import asyncio
import errno
import os
import signal
import time

from .metrics import Metric
from .refusal import Refused
from .set_memory import measure
from .timing import every, parse_interval

MIN_INTERVAL_US = 10


class Sampler:
    def __init__(self, name, plugin_name, module):
        self.name, self.plugin_name, self.module = name, plugin_name, module
        self.set = None
        self.task = None
        self._ids = []

    def configure(self, daemon, args):
        """Makes the set; one that is made is made for good."""
        if self.set and not self.module.IS_MULTI:
            raise Refused(errno.EINVAL, f"The sampler '{self.name}' does not support multiple configurations.\n")
        if self.task:
            raise Refused(errno.EBUSY, f"Error 16 configuring plugin instance '{self.name}'.")
        failed = f"Error {{}} configuring plugin instance '{self.name}'."
        for key, text in (("producer", "config string is missing the producer name."), ("instance", "configuration is missing the instance name.")):
            if key not in args:
                daemon.journal.error("ldmsd", f"{self.name}: {text}")
                raise Refused(errno.EINVAL, failed.format(22))
        permission = _parse_permission(args.get("perm", "0440"))
        if permission is None:
            daemon.journal.error("ldmsd", f"The permission bits must specified as a non-zero octal number <= 777; got {args['perm']}.")
            raise Refused(errno.EINVAL, failed.format(22))
        if self.set:
            daemon.journal.error(f"sampler.{self.plugin_name}.{self.name}", "Set already created.")
            raise Refused(errno.EBUSY, failed.format(16))
        self._make_set(daemon, args, permission, failed)

    def _make_set(self, daemon, args, permission, failed):
        # A text that is no number is 0, as with strtoul.
        component_id = args.get("component_id", "")
        self._ids = [Metric("component_id", "u64", int(component_id) if component_id.isdigit() else 0, is_meta=True)]
        if not getattr(self.module, "OWN_IDS", False):
            self._ids += [Metric(name, "u64", 0) for name in ("job_id", "app_id")]
        schema, instance = args.get("schema") or self.plugin_name, args["instance"]
        metrics = self._ids + [metric._replace(value=_zero(metric)) for metric in self.module.sample()]
        one = {"instance": instance, "schema": schema, "producer": args["producer"], "perm": permission}
        one |= {"uid": os.geteuid(), "gid": os.getegid(), "timestamp": 0.0, "duration": 0.0, "hint": None, "is_consistent": False}
        one |= {"metrics": metrics, **measure(schema, instance, metrics, getattr(self.module, "HEAP_BYTES", 0))}
        try:
            daemon.memory.take(one)
        except MemoryError:
            daemon.journal.error("ldmsd", f"base_set_new: ldms_set_new failed 12(Cannot allocate memory) for {instance}")
            daemon.journal.error(f"sampler.{self.plugin_name}.{self.name}", "failed to create a metric set.")
            raise Refused(errno.ENOMEM, failed.format(12)) from None
        self.set = daemon.sets[instance] = one

    def start(self, journal, interval_text, offset_text):
        if self.task:
            raise Refused(errno.EBUSY, f"Sampler instance '{self.name}' is already running.")
        try:
            interval = parse_interval(interval_text)
        except ValueError:
            raise Refused(errno.EINVAL, f"interval '{interval_text}' invalid") from None
        try:
            offset = parse_interval(offset_text or 0)
        except ValueError:
            raise Refused(errno.EINVAL, f"The given 'offset' ({offset_text}) is invalid.") from None
        if offset_text is not None and not (interval >= MIN_INTERVAL_US and interval >= 2 * abs(offset)):
            raise Refused(errno.EINVAL, "Sampler parameters interval and offset are incompatible.")
        if interval <= 0:
            # Without an offset nothing is checked, and the scheduler divides by it.
            os.kill(os.getpid(), signal.SIGFPE)
        if not self.set:
            journal.error("sampler", f"'{self.name}': failed to sample. Stopping the plug-in.")
            return
        self.set["hint"] = [interval, offset]
        self.task = asyncio.ensure_future(every(interval, offset, self._sample))

    def stop(self):
        if self.task:
            self.task.cancel()
        self.task = None

    async def _sample(self):
        began = time.time()
        metrics = self._ids + self.module.sample()
        self.set.update(timestamp=began, duration=time.time() - began, metrics=metrics, is_consistent=True)


def _parse_permission(text):
    """None for what is no octal number from 1 to 777."""
    digits = text.strip()
    value = int(digits, 8) if digits and all(digit in "01234567" for digit in digits) else 0
    return value if 0 < value <= 0o777 else None


def _zero(metric):
    return {"u64": 0, "u32": 0, "d64": 0.0, "char[]": "", "list<>": []}.get(metric.type)
