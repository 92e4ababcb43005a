"""The HTTP surface: one module per endpoint family, one renderer, one policy for each route.

A request passes :mod:`~vitascope.api.dispatch` (which finds the route, asks who it is and checks the policy), an
endpoint in :mod:`vitascope.api.routes`, and :mod:`vitascope.api.render`, which writes XML or JSON.
"""
