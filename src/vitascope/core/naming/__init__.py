"""From a path to what it is: films, episodes, tracks, books, photos, extras, subtitles and pictures.

Pure rules: every function takes paths (POSIX, relative to the section's root) and small texts, hands back frozen
values, raises on no string whatever, and says the same each time. Rules and their reasons: ``docs/naming.md``.
"""

from vitascope.core.naming._marks import Ids, part_folder
from vitascope.core.naming._text import folder_of, readable, split_extension, split_path
from vitascope.core.naming.artwork import ArtTarget, ArtworkContext, ArtworkName, parse_artwork
from vitascope.core.naming.audiobooks import AudiobookName, parse_audiobook
from vitascope.core.naming.episodes import EpisodeName, parse_episode
from vitascope.core.naming.extras import folder_extra, music_video
from vitascope.core.naming.files import IgnoreReason, classify, is_ignored
from vitascope.core.naming.group_albums import (
    AlbumGroup,
    DiscGroup,
    PhotoAlbumGroup,
    PhotoFile,
    TrackFile,
    group_photos,
    group_tracks,
)
from vitascope.core.naming.group_episodes import (
    EpisodeGroup,
    ShowExtra,
    apply_hints,
    group_episodes,
    show_extras,
)
from vitascope.core.naming.group_movies import MovieGroup, group_movies
from vitascope.core.naming.groups import ExtraFile, MediaVersion
from vitascope.core.naming.ignore_rules import IgnoreRules
from vitascope.core.naming.languages import Language, language_of
from vitascope.core.naming.movies import MovieName, parse_movie
from vitascope.core.naming.music import TrackName, TrackTags, disc_folder, parse_track
from vitascope.core.naming.nfo import NfoName, parse_nfo
from vitascope.core.naming.photos import PhotoName, VideoName, parse_photo, parse_video, photo_sidecars
from vitascope.core.naming.plexmatch import EpisodeHint, PlexMatch
from vitascope.core.naming.search_text import deletions, search_tokens
from vitascope.core.naming.shows import ShowName, parse_show_name, season_of
from vitascope.core.naming.subtitles import SUBTITLE_FOLDERS, SubtitleName, parse_lyrics, parse_subtitle
from vitascope.core.naming.titles import articles_of, filed_under, first_character, fold, sort_key, sort_title

__all__ = [
    "SUBTITLE_FOLDERS",
    "AlbumGroup",
    "ArtTarget",
    "ArtworkContext",
    "ArtworkName",
    "AudiobookName",
    "DiscGroup",
    "EpisodeGroup",
    "EpisodeHint",
    "EpisodeName",
    "ExtraFile",
    "Ids",
    "IgnoreReason",
    "IgnoreRules",
    "Language",
    "MediaVersion",
    "MovieGroup",
    "MovieName",
    "NfoName",
    "PhotoAlbumGroup",
    "PhotoFile",
    "PhotoName",
    "PlexMatch",
    "ShowExtra",
    "ShowName",
    "SubtitleName",
    "TrackFile",
    "TrackName",
    "TrackTags",
    "VideoName",
    "apply_hints",
    "articles_of",
    "classify",
    "deletions",
    "disc_folder",
    "filed_under",
    "first_character",
    "fold",
    "folder_extra",
    "folder_of",
    "group_episodes",
    "group_movies",
    "group_photos",
    "group_tracks",
    "is_ignored",
    "language_of",
    "music_video",
    "parse_artwork",
    "parse_audiobook",
    "parse_episode",
    "parse_lyrics",
    "parse_movie",
    "parse_nfo",
    "parse_photo",
    "parse_show_name",
    "parse_subtitle",
    "parse_track",
    "parse_video",
    "part_folder",
    "photo_sidecars",
    "readable",
    "search_tokens",
    "season_of",
    "show_extras",
    "sort_key",
    "sort_title",
    "split_extension",
    "split_path",
]
