"""The built-in provider of audiobooks: Audnexus knows books and authors by their ids at Audible (ASIN), and Audible's
catalogue finds the id of a book by title and author. Both are asked without an account. See ``docs/audiobooks.md``.

The shape of their answers is that of the published description of Audnexus (https://audnex.us, whose text is
``docs/spec/audnexus.yaml`` of the project ``laxamentumtech/audnexus``, version 1.11.0) and, for the catalogue, which
its maker does not describe, of https://audible.readthedocs.io/en/latest/misc/external_api.html
(``GET /1.0/catalog/products``).
"""

from vitascope.metadata.audiobooks.kept_answers import KeptAnswers
from vitascope.metadata.audiobooks.provider import CATALOGUE_ADDRESS, SERVICE_ADDRESS, TITLE, TYPES, Audiobooks

__all__ = ["CATALOGUE_ADDRESS", "SERVICE_ADDRESS", "TITLE", "TYPES", "Audiobooks", "KeptAnswers"]
