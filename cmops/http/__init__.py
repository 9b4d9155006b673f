"""The one place that talks HTTP to platforms; every failure is typed by what it proves.

``Http`` belongs to one channel and holds its secrets; ``Http.server(url)`` is one server.
``Server.read`` publishes nothing, so that a lost answer is NotSent; ``Server.publish`` makes
something live, so that it is Unclear.
"""

from __future__ import annotations

from cmops.http.answer import Answer
from cmops.http.secret import Secret, basic
from cmops.http.server import Http, Server, session

__all__ = ["Answer", "Http", "Secret", "Server", "basic", "session"]
