"""What an update asks the server itself: does it answer, which one is it, and does anybody play something.

Ours is asked who plays through the socket in its support directory, which needs no token; the original by the token in
its own preferences. One that does not answer at all plays nothing to anybody. One that answers and does not tell may
well do: that is :class:`~vitascope.ops.updates.errors.NotAsked`, and counts as somebody who watches.
"""

import http.client
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from lxml import etree

from vitascope.ops.asking import Answer, address_of, ask
from vitascope.ops.local_socket import SocketConnection
from vitascope.ops.paths import SupportDir
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine
from vitascope.ops.updates.errors import NotAsked
from vitascope.ops.updates.groups import Member

_SECONDS = 20.0
_MOST_BYTES = 8 << 20
_SESSIONS = "/status/sessions"
_STATUS = "/vitascope/status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """How a server answers."""

    ready: bool
    machine: str
    words: str


class Servers(Protocol):
    """How members are asked."""

    def look(self, member: Member) -> Seen:
        """Asks for its health. Never raises."""
        ...

    def players(self, member: Member) -> tuple[str, ...]:
        """What is played, for a person. Raises :class:`NotAsked`."""
        ...

    def database(self, member: Member) -> str:
        """What a server of ours keeps its database in: ``sqlite`` or ``postgresql``; empty when it does not say."""
        ...


def support_of(member: Member) -> SupportDir:
    """The support directory of a member that is a media server."""
    return SupportDir.for_config(Path(member.config))


class RealServers:
    """Over HTTP."""

    def look(self, member: Member) -> Seen:
        """One request."""
        answer: Answer = ask(member.url, member.health_path)
        return Seen(ready=answer.ready, machine=answer.machine_identifier or "", words=answer.words)

    def players(self, member: Member) -> tuple[str, ...]:
        """Asks for the sessions."""
        if member.engine is None or ask(member.url, member.health_path).status is None:
            return ()
        try:
            status, body = _asked(member, _SESSIONS)
        except (OSError, http.client.HTTPException, PreferenceError) as error:
            raise NotAsked(f"{member.name} does not say whether anybody watches: {error}") from error
        if status != 200:
            raise NotAsked(f"{member.name} does not say whether anybody watches: it answers {status}")
        return _titles(member, body)

    def database(self, member: Member) -> str:
        """By its own word, else by the file."""
        if member.engine is not Engine.VITASCOPE:
            return ""
        try:
            status, body = _asked(member, _STATUS)
            return _container(member, body).get("database", "") if status == 200 else ""
        except (OSError, http.client.HTTPException, NotAsked):
            return ""


def _asked(member: Member, path: str) -> tuple[int, bytes]:
    headers = {"Accept": "application/xml", "User-Agent": "vitascope", "Connection": "close"}
    support = support_of(member)
    connection: http.client.HTTPConnection
    if member.engine is Engine.VITASCOPE:
        connection = SocketConnection(support.socket, timeout_s=_SECONDS)
    else:
        to = address_of(member.url)
        if to is None:
            raise NotAsked(f"{member.url} is no address")
        kind = http.client.HTTPSConnection if to.scheme == "https" else http.client.HTTPConnection
        connection = kind(to.host, to.port, timeout=_SECONDS)
        path = to.path + path
        preferences = Preferences(support.preferences)
        preferences.peek()
        token = preferences.text("PlexOnlineToken")
        if token:
            headers["X-Plex-Token"] = token
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read(_MOST_BYTES)
    finally:
        connection.close()


def _titles(member: Member, body: bytes) -> tuple[str, ...]:
    return tuple(str(item.get("title", "something")) for item in _container(member, body))


def _container(member: Member, body: bytes) -> "etree._Element":
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(body, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise NotAsked(f"{member.name} does not say whether anybody watches: {error}") from error
    if root.tag != "MediaContainer":
        raise NotAsked(f"{member.name} does not say whether anybody watches: it answers with {root.tag}")
    return root
