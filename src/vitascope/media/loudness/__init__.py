"""How loud sound is: integrated loudness, loudness range, peak, and a level for every tenth of a second.

:mod:`.tasks` is cheap to import; :mod:`.measuring` decodes and runs inside a worker.
"""
