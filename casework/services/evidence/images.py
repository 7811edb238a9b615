"""The one importer of Pillow: pictures are drawn anew, upright and without their metadata.

What comes out holds nothing but pixels: no position, no telephone model, no text, no second file
behind the picture. One picture at a time, so that its memory is bounded.
"""

from __future__ import annotations

import io
import logging
import threading
import warnings
from dataclasses import dataclass
from pathlib import Path

import pi_heif
from PIL import Image, ImageCms, ImageOps, ImageSequence, JpegImagePlugin

from casework.services.evidence.kinds import refused
from casework.text import N_

MOST_PIXELS = 64_000_000
"""About 200 MB while it is drawn; the cameras of telephones stay below this."""
PREVIEW = (320, 320)
PLAIN = (2000, 2000)
DAMAGED = N_("This picture is damaged and cannot be read.")
TOO_MANY_PIXELS = N_("This picture has too many pixels (at most 64 million). Take it smaller.")

_FORMATS = {
    "image/jpeg": ("JPEG", "MPO"),
    "image/png": ("PNG",),
    "image/webp": ("WEBP",),
    "image/gif": ("GIF",),
    "image/heic": ("HEIF",),
}
_WRITTEN = {"image/heic": "image/jpeg"}
"""HEIC is kept as JPEG: hardly any office computer can show it."""
_ONE_AT_A_TIME = threading.Lock()

Image.MAX_IMAGE_PIXELS = MOST_PIXELS
pi_heif.register_heif_opener(thumbnails=False)
# At DEBUG it writes down every value that a telephone has noted beside the picture.
logging.getLogger("PIL").setLevel(logging.INFO)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture drawn anew: its type now, and a small JPEG of it."""

    media_type: str
    preview: bytes


def redraw(source: Path, media_type: str, target: Path) -> Drawn:
    """Draw the picture anew into ``target``. Raises Invalid when it cannot or must not be read."""
    with _ONE_AT_A_TIME, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            with Image.open(source, formats=_FORMATS[media_type]) as image:
                return _redraw(image, _WRITTEN.get(media_type, media_type), target)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning):
            raise refused(TOO_MANY_PIXELS) from None
        # Broken files break Pillow's readers in many ways; each means the same to the sender.
        except (OSError, ValueError, SyntaxError, TypeError, KeyError, IndexError, EOFError):
            raise refused(DAMAGED) from None


def redraw_plainly(source: Path, media_type: str, target: Path) -> Drawn:
    """Draw the picture so that it does not tell which camera or program has made it.

    Nothing moves, no side is longer than 2000 pixels, and the tables are everybody's: a JPEG's own
    tables and the exact size of a screen name the make. Raises Invalid like :func:`redraw`.
    """
    drawn = redraw(source, media_type, target)
    with _ONE_AT_A_TIME, Image.open(target, formats=_FORMATS[drawn.media_type]) as image:
        small = image.convert("RGBA")
        small.thumbnail(PLAIN)
        plain = Image.new("RGB", small.size, "white")
        plain.paste(small, mask=small.getchannel("A"))
    plain.save(target, "JPEG", quality=85)
    return Drawn("image/jpeg", drawn.preview)


def _redraw(image: Image.Image, media_type: str, target: Path) -> Drawn:
    frames = getattr(image, "n_frames", 1)
    moving = frames > 1 and media_type != "image/jpeg"
    if image.width * image.height * (frames if moving else 1) > MOST_PIXELS:
        raise refused(TOO_MANY_PIXELS)
    if moving:
        _draw_moving(image, media_type, target)
        image.seek(0)
    upright = _bare(_in_srgb(ImageOps.exif_transpose(image)))
    if not moving:
        upright.save(target, media_type.removeprefix("image/"), **_options(image, media_type))
    return Drawn(media_type, _preview(upright))


def _options(image: Image.Image, media_type: str) -> dict[str, object]:
    """As good as the original was: a JPEG keeps its own tables."""
    if media_type == "image/jpeg" and isinstance(image, JpegImagePlugin.JpegImageFile):
        sampling = JpegImagePlugin.get_sampling(image)
        if image.mode in {"RGB", "L"}:
            return {"qtables": image.quantization, "subsampling": sampling}
    return {"quality": 92} if media_type in {"image/jpeg", "image/webp"} else {}


def _draw_moving(image: Image.Image, media_type: str, target: Path) -> None:
    frames, durations = [], []
    for frame in ImageSequence.Iterator(image):
        durations.append(frame.info.get("duration", 100))
        frames.append(_bare(frame.convert("RGBA")))
    frames[0].save(
        target,
        media_type.removeprefix("image/"),
        save_all=True,
        append_images=frames[1:],
        duration=durations,
        loop=0,
    )


def _bare(image: Image.Image) -> Image.Image:
    """The pixels alone; of what was written beside them only the transparent colour stays."""
    bare = image.copy()
    bare.info = {k: v for k, v in image.info.items() if k == "transparency"}
    return bare


def _in_srgb(image: Image.Image) -> Image.Image:
    """The colours in the common space: the profile itself is left behind."""
    profile = image.info.get("icc_profile")
    if not profile or image.mode not in {"RGB", "RGBA"}:
        return image
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        common = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(image, own, common) or image
    except (ImageCms.PyCMSError, OSError, ValueError):
        return image


def _preview(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail(PREVIEW)
    if small.mode in {"RGBA", "LA", "PA", "P"}:
        clear = small.convert("RGBA")
        small = Image.new("RGB", clear.size, "white")
        small.paste(clear, mask=clear.getchannel("A"))
    out = io.BytesIO()
    small.convert("RGB").save(out, "JPEG", quality=75)
    return out.getvalue()
