"""What the actions do.

Each runner takes checked input and says for a person what came of it. Both engines share them; where they differ (how
an owner is made) the engine decides.
"""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from vitascope.ops.actions.errors import ActionFailedError, ActionUnavailableError, InputError
from vitascope.ops.actions.inputs import Input
from vitascope.ops.actions.surroundings import LinkRequest, Running, Surroundings
from vitascope.ops.package_state import TOKEN_SECONDS, PackageState, PackageStateError
from vitascope.ops.preferences import PreferenceError, Preferences
from vitascope.ops.service import Engine

Runner = Callable[[Input, Surroundings], Awaitable[str]]

SHORTEST_PASSWORD = 10


async def _store_token(token: str, around: Surroundings) -> str:
    """Keeps a token for the next start: the server's first act is then to link itself with it."""
    if await around.is_linked():
        return "The server is linked already; the token was not stored."
    now = around.clock()
    _change_state(around, lambda state: state.with_token(token, now))
    minutes = TOKEN_SECONDS // 60
    start = f" ({around.start_command})" if around.start_command else ""
    if await around.running() is Running.STOPPED:
        return f"The token is stored. Start the server within {minutes} minutes{start}; it then links itself."
    return f"The token is stored. Restart the server within {minutes} minutes; it then links itself."


async def _link_plex(given: Input, around: Surroundings) -> str:
    return await _store_token(given.text("claimToken"), around)


async def _link_ours(given: Input, around: Surroundings) -> str:
    token, name, password = (given.text(field) for field in ("claimToken", "ownerName", "ownerPassword"))
    if not name and (password or not token):
        raise InputError("ownerName", "is missing: give a claim token, or the owner's name and password")
    if name and not password:
        raise InputError("ownerPassword", "is missing: an owner who is made on the spot needs one")
    if password and len(password) < SHORTEST_PASSWORD:
        raise InputError("ownerPassword", f"has fewer than {SHORTEST_PASSWORD} characters")
    if around.link is not None:
        return await around.link(
            LinkRequest(token=token or None, owner_name=name or None, owner_password=password or None)
        )
    if not name:
        return await _store_token(token, around)
    start = f" ({around.start_command})" if around.start_command else ""
    raise ActionUnavailableError(f"The owner is made by the running server: start it{start}, then try again.")


async def _media_sources(given: Input, around: Surroundings) -> str:
    chosen = given.choices("mediaSources")
    _change_state(around, lambda state: replace(state, media_sources=chosen))
    sources = [source for source in around.service.sources if source.id in chosen]
    titles = ", ".join(source.title for source in sources)
    mounts = ", ".join(f"{source.title} at {source.mount}" for source in sources)
    return f"Media is read from {titles}. Mounts that the server needs, read-only: {mounts}."


async def _server_name(given: Input, around: Surroundings) -> str:
    name = given.text("name")
    preferences = Preferences(around.preferences)
    try:
        if around.preferences.exists():
            preferences.peek()
        else:
            around.preferences.parent.mkdir(parents=True, exist_ok=True)
        preferences.set({"FriendlyName": name})
    except PreferenceError as error:
        raise ActionFailedError(str(error)) from error
    except OSError as error:
        raise ActionFailedError(f"{error.filename}: {error.strerror}") from error
    return f"The server is called {name!r} from its next start on."


def _change_state(around: Surroundings, change: Callable[[PackageState], PackageState]) -> None:
    try:
        around.state.change(change)
    except PackageStateError as error:
        raise ActionFailedError(str(error)) from error


_SHARED: dict[str, Runner] = {"media-sources": _media_sources, "server-name": _server_name}
RUNNERS: dict[Engine, dict[str, Runner]] = {
    Engine.PLEX: _SHARED | {"link-account": _link_plex},
    Engine.VITASCOPE: _SHARED | {"link-account": _link_ours},
}
"""By engine and action. A test compares them with the actions that the services describe."""
