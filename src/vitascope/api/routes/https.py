"""The certificates of this server: its own authority, for devices to take up, and how HTTPS is, for the owner."""

from vitascope.api.call import Call
from vitascope.api.describe import Answer
from vitascope.api.errors import NotFoundError
from vitascope.api.policy import Policy
from vitascope.api.render import Container, Node, Value
from vitascope.api.reply import Reply
from vitascope.api.routing import Routes

routes = Routes()

_CERTIFICATE = b"application/x-x509-ca-cert"


@routes.get("/vitascope/authority.crt", policy=Policy.PUBLIC, answers=Answer.FILE)
async def authority(call: Call) -> Reply:
    """The certificate of the server's own authority, to be installed on devices."""
    found = call.house.certificates.state().authority
    if not found:
        raise NotFoundError("this server has no authority of its own")
    return Reply(
        body=found.encode(),
        media_type=_CERTIFICATE,
        headers=[(b"cache-control", b"no-cache"), (b"content-disposition", b'attachment; filename="vitascope.crt"')],
    )


@routes.get("/vitascope/https", policy=Policy.OWNER, answers=Answer.CONTAINER)
async def https(call: Call) -> Reply:
    """How HTTPS is: the fingerprint of the own authority, the certificates that are shown, and what is wrong."""
    state = call.house.certificates.state()
    children = [
        Node("Certificate", {"source": one.source, "names": ", ".join(sorted(one.names)), "expiresAt": one.until})
        for one in state.shown
    ]
    children += [Node("Trouble", {"text": trouble}) for trouble in state.troubles]
    about: dict[str, Value] = {
        "size": len(children),
        "offered": state.offered,
        "authorityFingerprint": state.fingerprint,
    }
    return call.reply(Container(about, list(children)))
