"""Where upstream's maestro gives its commands from: images/ldms-maestro/maestro has `prdcr_start` wait, for the stand-in maestro as well."""

import asyncio


class Communicator:
    """Speaks to one daemon from another thread than maestro's loop, which has the connection."""

    def __init__(self, comm):
        self._comm, self._loop = comm, asyncio.get_running_loop()

    def prdcr_start(self, name):
        return self._run("prdcr_start", name)

    def prdcr_status(self, name):
        return self._run("prdcr_status", name)

    def _run(self, verb, name):
        return asyncio.run_coroutine_threadsafe(self._comm.run(verb, name=name), self._loop).result()
