"""Which accelerators this machine has: asked by playback, and by whoever writes a deployment for it."""

from vitascope.media.hardware.detect import Display, Hardware, detect

__all__ = ["Display", "Hardware", "detect"]
