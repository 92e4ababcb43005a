"""A certificate for a domain, from an authority that the world trusts (ACME, RFC 8555, http-01).

:mod:`.ordering` speaks to the authority, by :mod:`.network`; :mod:`.doorman` answers at port 80 what the authority asks
there, and sends everybody else on to HTTPS; :mod:`.renewing` decides when, and keeps what there is when nothing comes
of it.
"""
