"""The stand-ins' own wire format: a JSON object a line, over TCP, with both sides' credentials first.

    server  {"standin": 1, "auth": "munge", "nonce": N1}
    client  {"auth": "munge", "credential": munge(N1), "nonce": N2}
    server  {"credential": munge(N2)}                    then requests and answers, one at a time
"""

import asyncio
import json
import secrets
import socket

from . import munge, ovis

LINE_LIMIT = 8 * 2**20
HANDSHAKE_SECONDS = 10


class WireError(Exception):
    """The other side is unreachable, silent, of another authentication, or no stand-in."""


class UnresolvedError(WireError):
    """The other side's name has no address."""


class TransportError(Exception):
    """A transport that does not exist here."""


def check_transport(xprt, auth):
    """Stand-ins have sockets, `none`, `munge` and `ovis` only. The text is the real one's, which is all that people get there."""
    if xprt != "sock" or auth not in ("none", "munge", "ovis"):
        failed = f"'{xprt}' transport creation with auth '{auth}' failed, error: ENOENT(2). args='(empty)'."
        check = "Please check transport configuration, authentication configuration, ZAP_LIBPATH (env var), and LD_LIBRARY_PATH."
        raise TransportError(f"{failed} {check} If using Munge, please check the Munge daemon.")


class Auth:
    """How a side proves itself: `none`, `munge` with an optional socket, or `ovis` with a file."""

    def __init__(self, plugin="none", args=()):
        self.plugin = plugin
        settings = dict(item.split("=", 1) for item in args if "=" in item)
        self.socket, self.conf = settings.get("socket"), settings.get("conf")
        self._word = None

    def kept(self):
        """For a listener: it reads its word once. Raises NoWordError."""
        one = Auth(self.plugin)
        one.socket, one.conf = self.socket, self.conf
        one._word = ovis.read_word(self.conf) if self.plugin == "ovis" else None
        return one

    def ready(self):
        """Before a connection is tried. Raises NoWordError."""
        if self.plugin == "ovis":
            self._read()

    def _read(self):
        return self._word or ovis.read_word(self.conf)

    async def make(self, nonce):
        if self.plugin == "ovis":
            return ovis.prove(self._read(), nonce)
        return await munge.make_credential(nonce, self.socket) if self.plugin == "munge" else ""

    async def check(self, credential, nonce):
        if self.plugin == "munge":
            await munge.check_credential(str(credential), nonce, self.socket)
        if self.plugin == "ovis":
            ovis.check(self._read(), nonce, str(credential))


async def send(writer, message):
    writer.write(json.dumps(message, separators=(",", ":")).encode() + b"\n")
    await writer.drain()


async def receive(reader):
    """One message; None at the end of the stream."""
    try:
        line = await reader.readline()
    except (OSError, ValueError) as problem:
        raise WireError(str(problem)) from problem
    if not line:
        return None
    try:
        message = json.loads(line)
    except ValueError as problem:
        raise WireError("no stand-in speaks there") from problem
    if not isinstance(message, dict):
        raise WireError("no stand-in speaks there")
    return message


async def greet_client(reader, writer, auth):
    """The server's half; raises WireError or AuthError and leaves the closing to the caller."""
    nonce = secrets.token_hex(16)
    await send(writer, {"standin": 1, "auth": auth.plugin, "nonce": nonce})
    hello = await receive(reader)
    if hello is None:
        raise WireError("closed before it said who it is")
    if hello.get("auth") != auth.plugin:
        raise munge.AuthError(f"authentication is `{auth.plugin}` here, `{hello.get('auth')}` there")
    await auth.check(hello.get("credential"), nonce)
    await send(writer, {"credential": await auth.make(str(hello.get("nonce")))})


async def greet_server(reader, writer, auth):
    hello = await receive(reader)
    if not hello or hello.get("standin") != 1:
        raise WireError("no stand-in speaks there")
    if hello.get("auth") != auth.plugin:
        # The server learns of it too, for its log.
        await send(writer, {"auth": auth.plugin})
        raise munge.AuthError(f"authentication is `{auth.plugin}` here, `{hello.get('auth')}` there")
    nonce = secrets.token_hex(16)
    await send(writer, {"auth": auth.plugin, "credential": await auth.make(str(hello.get("nonce"))), "nonce": nonce})
    answer = await receive(reader)
    if answer is None:
        refused = munge.AuthError if auth.plugin == "ovis" else munge.CredentialError
        raise refused("the other side refused the credential")
    await auth.check(answer.get("credential"), nonce)


def keep_alive(writer):
    """A peer that is gone without a word, as behind a cut cable, is noticed in about 20 s."""
    sock = writer.get_extra_info("socket")
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 10)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, 3)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 3)
