"""What is made of media when there is time for it: pictures along a film and of its chapters, markers.

All of it is found by the content of a file (``store.derived``), made in worker processes of low priority, a piece at a
time, and gives way to whoever plays something. See ``docs/derived.md``.
"""
