"""Where in a Word file something stands: paragraph, table and row, as a person counts them."""

from __future__ import annotations

import re
from html import unescape

from casework.text import N_, Text

IN_BODY = N_("Paragraph %(paragraph)s: “%(text)s”")
IN_TABLE = N_("Table %(table)s, row %(row)s: “%(text)s”")
IN_PART = N_("%(part)s, paragraph %(paragraph)s: “%(text)s”")
HEADER, FOOTER, NOTE = N_("Header"), N_("Footer"), N_("Note")
PARAGRAPH = re.compile(r"<w:p(?=[ />])")
MARKUP = re.compile(r"<[^>]*>")
LONGEST = 40


class Places:
    """A part of the file with one paragraph a line, as the lines of Jinja's errors count."""

    def __init__(self, part: str, xml: str) -> None:
        self._part = part
        self.source = PARAGRAPH.sub("\n<w:p", xml.replace("\n", " "))
        self._lines = self.source.split("\n")

    def of_line(self, line: int) -> Text:
        """The place of a line of the source."""
        before = "\n".join(self._lines[: line - 1])
        here = self._lines[min(line, len(self._lines)) - 1]
        words = unescape(MARKUP.sub("", here)).strip()[:LONGEST]
        if "word/document" not in self._part:
            part = HEADER if "header" in self._part else FOOTER if "footer" in self._part else NOTE
            return Text(IN_PART, {"part": Text(part), "paragraph": line - 1, "text": words})
        opened, closed = before.count("<w:tbl>"), before.count("</w:tbl>")
        if opened > closed:
            inside = before[before.rfind("<w:tbl>") :]
            rows = len(re.findall(r"<w:tr(?=[ >])", inside))
            return Text(IN_TABLE, {"table": opened, "row": rows, "text": words})
        return Text(IN_BODY, {"paragraph": line - 1, "text": words})

    def of_name(self, name: str) -> int:
        """The first line whose braces hold this name; 1 if none does."""
        wanted = re.compile(rf"{{[{{%][^}}]*(?<!\w){re.escape(name)}(?!\w)")
        for number, line in enumerate(self._lines, start=1):
            if wanted.search(line):
                return number
        return 1
