"""Files as people send them: made here, so that each test knows every byte of what it sends."""

from __future__ import annotations

import base64
import io
import struct
import zipfile
import zlib

from PIL import Image
from PIL.PngImagePlugin import PngInfo

SECRET = "SECRETPHONE"
HTML = b"<!DOCTYPE html><html><script>alert(document.cookie)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
MP3 = b"ID3\x03\x00\x00\x00\x00\x00\x21" + b"\0" * 400
AMR = b"#!AMR\n" + b"\x0c" * 40
HEIC = base64.b64decode(
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAb5tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAA"
    "AAAAAAAAADRpbG9jAAAAAERAAAIAAQAAAAAB4gABAAAAAAAAABkAAgAAAAAB+wABAAAAAAAAADwAAAA4aWluZgAAAAAA"
    "AgAAABVpbmZlAgAAAAABAABodmMxAAAAABVpbmZlAgAAAQACAABFeGlmAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADd"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAq"
    "QgEBA3AAAAMAkAAAAwAAAwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQAN"
    "AAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xhcAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBp"
    "eGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAABppcmVmAAAAAAAAAA5jZHNjAAIAAQABAAAAXW1kYXQA"
    "AAAVKAGvBBj4ynHX23Jqn+UIC1YUhHnAAAAABkV4aWYAAE1NACoAAAAIAAIBDwACAAAADAAAACYBEgADAAAAAQAGAAAA"
    "AAAAU0VDUkVUUEhPTkUA"
)
"""64 by 48 pixels, lying on its side, with the maker of the telephone written beside it."""


def picture(size: tuple[int, int] = (64, 48)) -> Image.Image:
    """A picture whose upper left corner is red and whose rest is blue."""
    image = Image.new("RGB", size, "blue")
    image.paste("red", (0, 0, size[0] // 2, size[1] // 2))
    return image


def exif(orientation: int = 1) -> Image.Exif:
    """What telephones write beside a picture: maker, orientation, and where it was taken."""
    found = Image.Exif()
    found[0x010F], found[0x0112] = SECRET, orientation
    found.get_ifd(0x8825).update({1: "N", 2: (34.0, 45.0, 12.0), 3: "E", 4: (113.0, 40.0, 1.0)})
    return found


def photo(orientation: int = 1, form: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    """A photo as a telephone writes it, full of what is nobody's business."""
    out = io.BytesIO()
    more: dict[str, object] = {"comment": SECRET.encode()} if form in {"JPEG", "GIF"} else {}
    if form == "PNG":
        notes = PngInfo()
        notes.add_text("Comment", SECRET)
        more["pnginfo"] = notes
    if form != "GIF":
        more["exif"] = exif(orientation)
    picture(size=size).save(out, form, **more)
    return out.getvalue()


def moving(form: str = "GIF") -> bytes:
    """Three pictures in one file, with a comment."""
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "green", "blue")]
    out = io.BytesIO()
    more: dict[str, object] = {"comment": SECRET.encode()} if form == "GIF" else {"exif": exif()}
    frames[0].save(out, form, save_all=True, append_images=frames[1:], duration=80, **more)
    return out.getvalue()


def bomb(side: int = 20_000) -> bytes:
    """A PNG of a few bytes that says it has hundreds of millions of pixels."""
    out = bytearray(photo(form="PNG"))
    at = out.index(b"IHDR") + 4
    out[at : at + 8] = struct.pack(">II", side, side)
    end = at + 13
    out[end : end + 4] = struct.pack(">I", zlib.crc32(out[at - 4 : end]))
    return bytes(out)


def office(part: str = "word/document.xml", *more: str) -> bytes:
    """A Word or Excel file, as far as its parts go."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return out.getvalue()


def film(brand: bytes = b"isom") -> bytes:
    """The beginning of a film or a sound recording of the MP4 family."""
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\2\0" + brand + b"mp41" + b"\0" * 300
