"""The portmapper's protocol (RFC 1833, version 2) over TCP: as much of it as registers and finds a program."""

import socket
import struct

PORTMAP_PORT = 111
PORTMAP_PROGRAM, PORTMAP_VERSION = 100000, 2
SET, UNSET, GETPORT = 1, 2, 3
TCP = 6
# dsosd's, from SOS's rpc/sosapi.x.
DSOSD_PROGRAM, DSOSD_VERSION = 40009862, 1
TIMEOUT_SECONDS = 5


def register(port):
    """True where rpcbind took it; an entry that a killed dsosd left is replaced."""
    _call("127.0.0.1", UNSET, 0)
    return _call("127.0.0.1", SET, port) == 1


def unregister():
    _call("127.0.0.1", UNSET, 0)


def find(host):
    """dsosd's TCP port on the host; 0 where none is registered. Raises OSError where rpcbind does not answer."""
    return _call(host, GETPORT, 0)


def _call(host, procedure, port):
    message = struct.pack(">6I", 0x4C444D53, 0, 2, PORTMAP_PROGRAM, PORTMAP_VERSION, procedure)
    # No credential, no verifier; then program, version, protocol, port.
    message += struct.pack(">4I", 0, 0, 0, 0) + struct.pack(">4I", DSOSD_PROGRAM, DSOSD_VERSION, TCP, port)
    with _dial(host) as connection:
        # A record in one fragment, its length with the last-fragment bit.
        connection.sendall(struct.pack(">I", 0x80000000 | len(message)) + message)
        length = struct.unpack(">I", _read(connection, 4))[0] & 0x7FFFFFFF
        answer = _read(connection, min(length, 4096))
    # xid, REPLY, accepted, verifier (2), success, result
    fields = struct.unpack(">7I", answer[:28])
    if fields[2] != 0 or fields[5] != 0:
        raise OSError(f"rpcbind at {host} refuses procedure {procedure}")
    return fields[6]


def _dial(host):
    connection = socket.socket()
    connection.settimeout(TIMEOUT_SECONDS)
    try:
        if host == "127.0.0.1":
            _bind_privileged(connection)
        connection.connect((host, PORTMAP_PORT))
    except OSError:
        connection.close()
        raise
    return connection


def _bind_privileged(connection):
    """rpcbind takes SET only from a port below 1024."""
    for port in range(1023, 600, -1):
        try:
            connection.bind(("127.0.0.1", port))
            return
        except OSError:
            continue


def _read(connection, size):
    data = b""
    while len(data) < size:
        part = connection.recv(size - len(data))
        if not part:
            raise OSError("rpcbind closed the connection")
        data += part
    return data
