"""Files for later: what apps of a person want to keep, converted when there is time.

:mod:`.plans` is what was decided, in a form that outlives the server; :mod:`.downloads` makes one file after the other,
:mod:`.sweeping` gives up what nobody fetches any more.
"""
