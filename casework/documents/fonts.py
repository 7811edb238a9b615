"""The faces of GB/T 9704-2012 by their names, what may stand in for them, and who holds rare signs.

Nothing is embedded: the standard's faces are licensed and lie on the office's computers. Where one
is missing, Word and LibreOffice take the next of its stand-ins, which the file names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Face:
    """A font by name, and the fonts that may stand in for it, best first."""

    name: str
    instead: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Fonts:
    """The faces of a document; an installation may name others that it has."""

    title: Face = Face(
        "方正小标宋简体", ("方正小标宋_GBK", "华文中宋", "宋体", "Noto Serif CJK SC")
    )
    hei: Face = Face("黑体", ("SimHei", "Noto Sans CJK SC"))
    kai: Face = Face("楷体_GB2312", ("楷体", "KaiTi", "Noto Serif CJK SC"))
    body: Face = Face("仿宋_GB2312", ("仿宋", "FangSong", "Noto Serif CJK SC"))
    song: Face = Face("宋体", ("SimSun", "Noto Serif CJK SC"))
    latin: Face = Face("Times New Roman", ("Liberation Serif", "Noto Serif"))
    wide: Face = Face("仿宋", ("FangSong", "宋体", "Noto Serif CJK SC"))
    """For characters outside GB 2312, which the faces of that name do not hold."""
    rare: Face = Face("SimSun-ExtB", ("宋体-ExtB", "HanaMinB", "Noto Serif CJK SC"))
    """For characters outside the Basic Multilingual Plane, such as 𠮷."""

    @classmethod
    def named(cls, names: Mapping[str, str]) -> Fonts:
        """The standard's faces, some of them by other names; their stand-ins are as before.

        Raises AttributeError for a face that does not exist.
        """
        usual = cls()
        chosen = {}
        for face, name in names.items():
            before: Face = getattr(usual, face)
            others = (one for one in (before.name, *before.instead) if one != name)
            chosen[face] = Face(name, tuple(others))
        return replace(usual, **chosen)

    def faces(self) -> tuple[Face, ...]:
        """Every face once."""
        every = (self.title, self.hei, self.kai, self.body, self.song, self.latin)
        return tuple(dict.fromkeys((*every, self.wide, self.rare)))


def runs(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with ``""``, ``"wide"`` or ``"rare"``: which face holds it."""
    if _common(text):
        yield text, ""
        return
    piece, held = "", ""
    for sign in text:
        face = "" if _common(sign) else ("rare" if ord(sign) > 0xFFFF else "wide")
        if piece and face != held:
            yield piece, held
            piece = ""
        piece, held = piece + sign, face
    if piece:
        yield piece, held


def _common(text: str) -> bool:
    """Whether GB 2312, or the Latin face, holds all of it."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return len(text) == 1 and not _han(text)
    return True


def _han(sign: str) -> bool:
    return sign >= "\u2e80"
