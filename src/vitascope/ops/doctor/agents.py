"""Do the libraries that name an agent of ours have it switched on?"""

from collections.abc import Iterator, Sequence
from shlex import join

from vitascope.ops.doctor.finding import Finding, remark


def check_agents(unasked: Sequence[tuple[str, str]]) -> Iterator[Finding]:
    """``unasked`` are libraries and the agents that they name, of those whose agent is switched off."""
    for title, agent in unasked:
        yield remark(
            "library",
            f"{title} names the agent {agent}, which is switched off: nobody is asked about what is in it",
            join(["vitascope", "agent", "on", title]),
        )
