""" "Not authorized" after a restore: has the server an owner, and does it still know the owner's token?

The restored preferences hold the token that scripts and tools present. It is presented here too: a server that refuses
it, or that has none, must be claimed again, and the command for that is given.
"""

from collections.abc import Iterator

from vitascope.ops.asking import Answer, ask
from vitascope.ops.doctor.finding import Finding, bad, good, remark
from vitascope.ops.service import Engine

_HOW = (
    "get a claim token from https://plex.tv/claim, good for 4 minutes; in an Ansible tree set vault_plex_claim_token "
    "to it and redeploy"
)


def check_authorization(
    engine: Engine,
    direct: str,
    own: Answer,
    attributes: dict[str, str],
    *,
    restart: str = "",
    present: bool = True,
    timeout_s: float = 5.0,
) -> Iterator[Finding]:
    """Whether the preferences and the running server agree on who owns it. Blocks.

    Args:
        engine: whose preferences these are.
        direct: the address of the server.
        own: what it answered.
        attributes: the attributes of ``Preferences.xml``.
        restart: the command that restarts the server here, if it is known.
        present: whether the owner's token may be shown to what answers there.
        timeout_s: for the question.
    """
    subject = "authorization"
    how = f" ({_HOW})" if engine is Engine.PLEX else ""
    claim = _claim(engine, restart)
    wrong = _wrong_machine(own, attributes)
    if wrong is not None:
        yield bad(subject, wrong, "start the server on this folder, and stop the other")
        return
    token = attributes.get("PlexOnlineToken", "")
    if not token:
        if engine is Engine.PLEX:
            yield bad(
                subject, "the server belongs to no account (no PlexOnlineToken); apps answer 'not authorized'", claim
            )
        elif own.claimed is False:
            yield remark(subject, "the server has no owner yet; everyone but this machine is refused", claim)
        return
    if not own.ready:
        return
    answer = ask(direct, "/", token=token, timeout_s=timeout_s) if present else own
    if answer.status in (401, 403):
        yield bad(
            subject,
            f"the server answers {answer.status} to the owner's token of its own preferences: claim it again{how}",
            claim,
        )
    elif own.claimed is False:
        yield bad(subject, f"the preferences hold the owner's token, and the server says it is not claimed{how}", claim)
    elif present and answer.ready:
        yield good(subject, "the server knows the owner's token")


def _wrong_machine(own: Answer, attributes: dict[str, str]) -> str | None:
    processed = attributes.get("ProcessedMachineIdentifier", "")
    if own.ready and own.machine_identifier and processed and own.machine_identifier != processed:
        return f"the server that answers is {own.machine_identifier}; that of this folder is {processed}"
    return None


def _claim(engine: Engine, restart: str) -> str:
    if engine is Engine.VITASCOPE:
        return "vitascope action run link-account --input ownerName=NAME --input ownerPassword=-"
    run = "vitascope action run link-account --engine plex --input claimToken=claim-…"
    return f"{run} && {restart}" if restart else f"{run}, then restart the server"
