"""The client's side of the wire."""

import asyncio

from .wire import HANDSHAKE_SECONDS, LINE_LIMIT, UnresolvedError, WireError, greet_server, keep_alive, receive, send


async def resolve(host, port):
    """Raises UnresolvedError."""
    try:
        await asyncio.get_running_loop().getaddrinfo(host, port)
    except OSError as problem:
        raise UnresolvedError(str(problem)) from problem


async def connect(host, port, auth, timeout=HANDSHAKE_SECONDS):
    """An authenticated connection; without a timeout a peer that says nothing is waited for. Raises WireError or munge.AuthError."""
    return Connection(*await open_streams(host, port, auth, timeout))


async def open_streams(host, port, auth, timeout=HANDSHAKE_SECONDS):
    """The same for who does not ask over it: its reader and its writer."""
    auth.ready()
    try:
        return await asyncio.wait_for(_open(host, port, auth), timeout)
    except (OSError, asyncio.TimeoutError) as problem:
        raise WireError(str(problem) or f"no answer within {timeout} s") from problem


async def _open(host, port, auth):
    reader, writer = await asyncio.open_connection(host, port, limit=LINE_LIMIT)
    try:
        keep_alive(writer)
        await greet_server(reader, writer, auth)
    except BaseException:
        writer.close()
        raise
    return reader, writer


class Connection:
    """The client's end: one request at a time; `closed` is set when the other side is gone."""

    def __init__(self, reader, writer):
        self._reader, self._writer = reader, writer
        self._lock = asyncio.Lock()
        self._answers = asyncio.Queue()
        self.closed = asyncio.Event()
        self._pump = asyncio.ensure_future(self._read())

    async def _read(self):
        try:
            while (message := await receive(self._reader)) is not None:
                self._answers.put_nowait(message)
        except WireError:
            pass
        finally:
            self.close()

    async def request(self, message, timeout=10):
        """The answer; raises WireError, after which the connection is closed. Without a timeout a peer that hangs is waited for."""
        async with self._lock:
            if self.closed.is_set():
                raise WireError("the connection is closed")
            try:
                await send(self._writer, message)
                answer = await asyncio.wait_for(self._answers.get(), timeout)
            except (OSError, asyncio.TimeoutError) as problem:
                self.close()
                raise WireError(str(problem) or f"no answer within {timeout} s") from problem
        if answer is None:
            raise WireError("the other side closed the connection")
        return answer

    def close(self):
        if not self.closed.is_set():
            self.closed.set()
            self._answers.put_nowait(None)
            self._writer.close()
            self._pump.cancel()
