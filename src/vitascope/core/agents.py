"""Agents that are more than a name: those for which this server has a metadata provider of its own.

Both names are those of plug-ins that people use for audiobooks; a section that names one asks the same provider.
"""

AUDIOBOOKS = "com.plexapp.agents.audiobooks"
"""The identifier of the built-in provider, and the scheme of its guids: one that no registered provider can have."""
AUDNEXUS = "com.plexapp.agents.audnexus"
AUDIOBOOK_AGENTS = frozenset({AUDIOBOOKS, AUDNEXUS})
BUILT_IN = frozenset({AUDIOBOOKS})
"""Identifiers of providers that are part of this server. They are asked about albums by name, and what they say goes
before the tags in the files: who names such an agent wants its word."""
