"""Vitascope, a personal media server. See ``docs/architecture.md`` for what lives where."""

__version__ = "0.1.0"
