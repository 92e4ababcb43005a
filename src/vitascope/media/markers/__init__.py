"""Where intros, credits and advertisements are: by the sound that episodes share, by how the end of a film looks, and
by what is black and silent at once.

:mod:`.tasks` is cheap to import; :mod:`.sound`, :mod:`.matching`, :mod:`.ending` and :mod:`.cuts` run inside a worker.
"""
