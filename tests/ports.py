"""Ports for programs that are started: nobody else is given them meanwhile."""

import atexit
import socket


def held_port() -> int:
    """A port that stays ours while the tests run, and that nobody listens on.

    It is bound and not listened on: no other process is given it, be it for a server or for a line
    that goes out, while a server that asks for this very port may listen there, again and again.
    """
    holder = socket.socket()
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    holder.bind(("127.0.0.1", 0))
    atexit.register(holder.close)
    port: int = holder.getsockname()[1]
    return port
