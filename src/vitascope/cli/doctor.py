"""``vitascope doctor``: looks at the installation and asks the running server what it could not read."""

from pathlib import Path

from rich.console import Console

from vitascope.cli.client import NoServerError, ServerClient
from vitascope.cli.failure import CommandError
from vitascope.ops.doctor import Finding, Verdict, check_all

_MARKS = {Verdict.GOOD: "ok  ", Verdict.REMARK: "note", Verdict.BAD: "BAD "}
_MOST_FILES = 200


def _from_server(client: ServerClient) -> list[Finding]:
    """What only the server knows."""
    try:
        status = client.get("/vitascope/status")
        unreadable = client.get("/vitascope/unreadable")
    except NoServerError as error:
        return [Finding(subject="server", verdict=Verdict.REMARK, message=str(error))]
    found = [Finding(subject="server", verdict=Verdict.GOOD, message="running")]
    found += [
        Finding(subject="folder away", verdict=Verdict.BAD, message=f"{place['path']}: {place['reason']}")
        for place in status.get("Away", [])
    ]
    found += [Finding(subject="note", verdict=Verdict.REMARK, message=note["text"]) for note in status.get("Note", [])]
    files = unreadable.get("File", [])
    found += [
        Finding(subject="unreadable file", verdict=Verdict.REMARK, message=f"{file['path']}: {file['reason']}")
        for file in files[:_MOST_FILES]
    ]
    if len(files) > _MOST_FILES:
        message = f"and {len(files) - _MOST_FILES} more"
        found.append(Finding(subject="unreadable file", verdict=Verdict.REMARK, message=message))
    return found


def examine(config: Path) -> None:
    """Prints all findings; a bad one makes the command fail."""
    client = ServerClient(config)
    findings = [*check_all(client.support), *_from_server(client)]
    console = Console(soft_wrap=True)
    for finding in findings:
        console.print(f"{_MARKS[finding.verdict]}  {finding.subject}: {finding.message}", markup=False, highlight=False)
    bad = sum(finding.verdict is Verdict.BAD for finding in findings)
    if bad:
        raise CommandError(f"{bad} of {len(findings)} findings are bad")
