"""Files that never change under one name, each also packed: a browser on a slow line asks for the packed one (WhiteNoise hands it out)."""

from typing import Any

from whitenoise.compress import Compressor
from whitenoise.storage import CompressedManifestStaticFilesStorage


class PackedManifestStorage(CompressedManifestStaticFilesStorage):
    """Pack with gzip only: with brotli about it takes a minute and a half at each first start."""

    def create_compressor(self, **kwargs: Any) -> Compressor:
        """Return what packs one file."""
        return Compressor(**kwargs, use_brotli=False)
