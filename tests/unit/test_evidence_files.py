"""What is taken and what is not, pictures without their secrets, files that are whole or absent."""

from __future__ import annotations

import hashlib
import io
import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from casework.errors import Invalid
from casework.services.evidence import images, register, store
from casework.services.evidence.images import redraw
from casework.services.evidence.kinds import kind_of
from casework.services.evidence.store import Store
from tests import evidence_files as files

TAKEN = {
    "jpg": (files.photo(), "image/jpeg"),
    "png": (files.photo(form="PNG"), "image/png"),
    "webp": (files.photo(form="WEBP"), "image/webp"),
    "gif": (files.moving(), "image/gif"),
    "heic": (files.HEIC, "image/heic"),
    "pdf": (files.PDF, "application/pdf"),
    "mp4": (files.film(), "video/mp4"),
    "mov": (files.film(b"qt  "), "video/quicktime"),
    "m4a": (files.film(b"M4A "), "audio/mp4"),
    "mp3": (files.MP3, "audio/mpeg"),
    "amr": (files.AMR, "audio/amr"),
    "txt": ("聊天记录:你好".encode(), "text/plain"),
    "gbk.txt": ("聊天记录:你好".encode("gb18030"), "text/plain"),
}
REFUSED = {
    "html as jpg": (files.HTML, "photo.jpg"),
    "html as text": (files.HTML, "chat.txt"),
    "html after blanks": (b"\n\n  " + files.HTML, "chat.txt"),
    "svg": (files.SVG, "photo.svg"),
    "svg as png": (b"<?xml version='1.0'?>" + files.SVG, "photo.png"),
    "text as jpg": (b"only words", "photo.jpg"),
    "program": (b"MZ" + b"\0" * 300, "photo.jpg"),
    "zip": (files.office("a/b"), "report.docx"),
    "both word and excel": (files.office("word/document.xml", "xl/workbook.xml"), "x.docx"),
    "macros": (files.office("word/document.xml", "word/vbaProject.bin"), "x.docx"),
    "broken zip": (b"PK\x03\x04" + b"\0" * 100, "x.docx"),
    "binary as text": (b"a\x00b", "x.txt"),
    "page before a pdf": (files.HTML + files.PDF, "x.pdf"),
}


@pytest.fixture
def folder(tmp_path: Path) -> Store:
    return Store(tmp_path)


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "sent"
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("name", TAKEN)
def test_the_content_tells_the_type_whatever_the_name_says(tmp_path: Path, name: str) -> None:
    content, media_type = TAKEN[name]
    called = "x.txt" if name.endswith("txt") else "x.exe"

    assert kind_of(written(tmp_path, content), called).media_type == media_type


def test_office_files_are_told_by_their_parts(tmp_path: Path) -> None:
    word = kind_of(written(tmp_path, files.office()), "")
    excel = kind_of(written(tmp_path, files.office("xl/workbook.xml")), "")

    assert (word.ending, excel.ending) == ("docx", "xlsx")


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_something_else_than_it_seems_is_refused(tmp_path: Path, name: str) -> None:
    content, called = REFUSED[name]

    with pytest.raises(Invalid) as refusal:
        kind_of(written(tmp_path, content), called)
    assert set(refusal.value.errors) == {"file"}


@given(content=st.binary(max_size=200))
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_break_the_reading(tmp_path: Path, content: bytes) -> None:
    try:
        kind_of(written(tmp_path, content), "x.txt")
    except Invalid:
        return


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "GIF"])
def test_a_picture_is_drawn_anew_without_a_trace(tmp_path: Path, form: str) -> None:
    sent, target = written(tmp_path, files.photo(form=form)), tmp_path / "drawn"
    media_type = f"image/{form.lower()}"
    assert files.SECRET.encode() in sent.read_bytes()

    drawn = redraw(sent, media_type, target)

    for content in (target.read_bytes(), drawn.preview):
        assert files.SECRET.encode() not in content
        image = Image.open(io.BytesIO(content))
        assert not dict(image.getexif())
        assert not image.getexif().get_ifd(0x8825)
        assert not {"comment", "exif", "xmp", "icc_profile", "Comment"} & set(image.info)
    assert drawn.media_type == media_type


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_picture_stands_upright_when_its_orientation_is_gone(
    tmp_path: Path, orientation: int
) -> None:
    sent, target = written(tmp_path, files.photo(orientation)), tmp_path / "drawn"
    with Image.open(sent) as image:
        red = {1: 0, 2: 1, 3: 3, 4: 2, 5: 0, 6: 1, 7: 3, 8: 2}[orientation]
        assert image.size == (64, 48)

    redraw(sent, "image/jpeg", target)

    with Image.open(target) as image:
        wide, high = image.size
        assert (wide > high) == (orientation < 5)
        corners = [(3, 3), (wide - 4, 3), (3, high - 4), (wide - 4, high - 4)]
        reds = [image.getpixel(at)[0] > 128 for at in corners]  # type: ignore[index]
    assert reds.index(True) == red
    assert reds.count(True) == 1


def test_a_photo_of_a_telephone_in_heic_becomes_one_that_every_computer_shows(
    tmp_path: Path,
) -> None:
    target = tmp_path / "drawn"

    drawn = redraw(written(tmp_path, files.HEIC), "image/heic", target)

    assert drawn.media_type == "image/jpeg"
    with Image.open(target) as image:
        assert image.format == "JPEG"
        assert sorted(image.size) == [48, 64]
        assert not dict(image.getexif())
    assert files.SECRET.encode() not in target.read_bytes()


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_still_moves(tmp_path: Path, form: str) -> None:
    sent, target = written(tmp_path, files.moving(form)), tmp_path / "drawn"

    redraw(sent, f"image/{form.lower()}", target)

    with Image.open(target) as image:
        assert image.n_frames == 3  # type: ignore[attr-defined]
    assert files.SECRET.encode() not in target.read_bytes()


def test_a_page_hidden_behind_a_picture_is_gone(tmp_path: Path) -> None:
    target = tmp_path / "drawn"

    redraw(written(tmp_path, files.photo() + files.HTML), "image/jpeg", target)

    assert b"<script" not in target.read_bytes()


@pytest.mark.parametrize(
    "content", [files.bomb(), files.bomb(9_000), files.photo()[:200], files.photo(form="PNG")[:60]]
)
def test_bombs_and_broken_pictures_are_refused(tmp_path: Path, content: bytes) -> None:
    media_type = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"

    with pytest.raises(Invalid):
        redraw(written(tmp_path, content), media_type, tmp_path / "drawn")


def test_a_moving_picture_counts_with_all_its_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(images, "MOST_PIXELS", 2 * 40 * 30)

    with pytest.raises(Invalid):
        redraw(written(tmp_path, files.moving()), "image/gif", tmp_path / "drawn")


class Endless:
    """A stream that never ends; it counts what was taken from it."""

    taken = 0

    def read(self, size: int) -> bytes:
        self.taken += size
        return b"\0" * size


def test_a_file_without_end_is_cut_off_at_the_limit(folder: Store) -> None:
    stream = Endless()

    with pytest.raises(Invalid), folder.temporary() as path:
        folder.receive(stream, path)  # type: ignore[arg-type]

    assert stream.taken <= store.MOST + store.BLOCK
    assert list(folder.incoming.iterdir()) == []


def test_exactly_the_limit_is_taken(folder: Store, tmp_path: Path) -> None:
    content = b"\1" * store.MOST

    with folder.temporary() as path:
        received = folder.receive(io.BytesIO(content), path)

    assert (received.size, received.sha256) == (store.MOST, hashlib.sha256(content).hexdigest())


def test_an_empty_file_is_refused(folder: Store) -> None:
    with pytest.raises(Invalid), folder.temporary() as path:
        folder.receive(io.BytesIO(), path)


@pytest.mark.parametrize("name", ["../../etc/passwd", "a" * 64 + "/..", "", "A" * 64, "a" * 63])
def test_only_a_hash_leads_into_the_folder(folder: Store, name: str) -> None:
    with pytest.raises(ValueError, match="SHA-256"):
        folder.path(name)


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\wang\\伤情照片.jpg", "伤情照片.jpg"),
        ("a\r\nSet-Cookie: x.jpg", "aSet-Cookie: x.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("..", ""),
        ("/", ""),
        ("x" * 500 + ".jpg", "x" * 116 + ".jpg"),
    ],
)
def test_names_lose_folders_and_what_cannot_be_seen(sent: str, kept: str) -> None:
    assert register.cleaned_name(sent) == kept


def test_only_what_is_old_is_removed(folder: Store) -> None:
    day = timedelta(days=1)
    old, new = folder.path("a" * 64), folder.path("b" * 64)
    for path in (old, new):
        path.parent.mkdir(parents=True)
        path.write_bytes(b"x")
    os.utime(old, (time.time() - 2 * 86400,) * 2)

    assert list(folder.old(day)) == [old]
    assert not folder.remove(new, day)
    assert folder.remove(old, day)
    assert new.exists()
    assert not old.exists()


@pytest.fixture
def pieces(folder: Store) -> Store:
    folder.write_part("k", 0, b"aaaa")
    return folder


def test_a_piece_written_again_drops_what_lay_beyond(pieces: Store) -> None:
    pieces.write_part("k", 4, b"bbbb")
    pieces.write_part("k", 4, b"cc")

    assert pieces.part("k").read_bytes() == b"aaaacc"
