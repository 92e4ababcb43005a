"""Small pictures along a film, for seeking, and sheets of them for browsers.

:mod:`.tasks` is cheap to import; :mod:`.taking` decodes and runs inside a worker.
"""
