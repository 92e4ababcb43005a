"""Where somebody speaks in a sound track, and where the subtitles belong by that. Works inside workers, through
:mod:`vitascope.media.voice.tasks`."""
