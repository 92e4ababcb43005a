"""Telling other programs what happens here: webhooks.

A room of its own because it stands between the events, which everybody publishes, and the way out of the house, and
must never hold up either: moments become payloads, payloads wait in the database, and are delivered one by one.
"""
