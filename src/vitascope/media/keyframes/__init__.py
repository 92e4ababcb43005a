"""When the key frames of a file are shown: from the index it carries, or by reading it.

:mod:`.tasks` is cheap to import. :mod:`.indexes` asks the file's own index and never reads the whole file;
:mod:`.reading` does, piece by piece, for files without one. Both run inside a worker, on the times of
:mod:`.timeline`, which whoever cuts segments uses as well.
"""
