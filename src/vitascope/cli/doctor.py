"""``vitascope doctor``: what is wrong with a server, and the command that puts it right."""

from collections.abc import Sequence
from typing import Any

from rich.console import Console

from vitascope.cli.client import NoServerError
from vitascope.cli.failure import CommandError
from vitascope.cli.operated import Operated
from vitascope.ops.doctor import Verdict
from vitascope.ops.doctor.claim import claim_finding
from vitascope.ops.service import Engine

_MARKS = {Verdict.GOOD.value: "ok  ", Verdict.REMARK.value: "note", Verdict.BAD.value: "BAD "}
_MOST_FILES = 200


def shown(text: str) -> str:
    """Text as one line that a terminal does nothing with: names of files may hold what moves its cursor."""
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)


def _row(subject: str, verdict: Verdict, message: str) -> dict[str, Any]:
    return {"subject": subject, "verdict": verdict.value, "message": message}


def _from_our_server(operated: Operated) -> list[dict[str, Any]]:
    """What only our running server knows."""
    if not operated.is_ours_running:
        return [_row("server", Verdict.REMARK, str(NoServerError(operated.client.config)))]
    status = operated.client.get("/vitascope/status")
    files = operated.client.get("/vitascope/unreadable").get("File", [])
    claim = claim_finding(claimed=bool(status["claimed"]), trust_loopback=bool(status["trustLoopback"]))
    found = [_row("server", Verdict.GOOD, "running"), _row(claim.subject, claim.verdict, claim.message)]
    found += [_row("note", Verdict.REMARK, note["text"]) for note in status.get("Note", [])]
    found += [
        _row("unreadable file", Verdict.REMARK, f"{file['path']}: {file['reason']}") for file in files[:_MOST_FILES]
    ]
    if len(files) > _MOST_FILES:
        found.append(_row("unreadable file", Verdict.REMARK, f"and {len(files) - _MOST_FILES} more"))
    return found


def examine(operated: Operated, proxies: Sequence[str]) -> None:
    """Prints all findings, and below each that has one its remedy; a bad one makes the command fail."""
    findings = operated.findings(proxies)
    if operated.service.engine is Engine.VITASCOPE:
        findings += _from_our_server(operated)
    console = Console(soft_wrap=True, emoji=False)  # ":AB:" of a fingerprint is no picture
    for finding in findings:
        line = f"{_MARKS[finding['verdict']]}  {finding['subject']}: {finding['message']}"
        console.print(shown(line), markup=False, highlight=False)
        if finding.get("remedy"):
            console.print(f"      -> {shown(finding['remedy'])}", markup=False, highlight=False)
    bad = sum(finding["verdict"] == Verdict.BAD.value for finding in findings)
    if bad:
        raise CommandError(f"{bad} of {len(findings)} findings are bad")
