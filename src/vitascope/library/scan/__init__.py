"""The scan: a process of its own that turns a section's folders into finished rows.

Its stages are modules: :mod:`walk` lists what is there, :mod:`identify` says from names what it is, :mod:`probe` opens
what changed, :mod:`merge` makes rows of it, and :mod:`commit` hands them to the server, which alone writes.
"""
