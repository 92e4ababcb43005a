"""Where intros and credits are: by the sound that episodes share, and by how the end of a film looks.

:mod:`.tasks` is cheap to import; :mod:`.sound`, :mod:`.matching` and :mod:`.ending` run inside a worker.
"""
