"""The order in which WordprocessingML wants its elements (ECMA-376, transitional, shortened)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docx.oxml.ns import qn

ORDER = {
    "pPr": (
        "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers"
        " pBdr shd tabs suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE"
        " autoSpaceDN bidi adjustRightInd snapToGrid spacing ind contextualSpacing mirrorIndents"
        " suppressOverlap jc textDirection textAlignment textboxTightWrap outlineLvl divId cnfStyle"
        " rPr sectPr pPrChange"
    ),
    "rPr": (
        "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint"
        " noProof snapToGrid vanish webHidden color spacing w kern position sz szCs highlight u"
        " effect bdr shd fitText vertAlign rtl cs em lang eastAsianLayout specVanish oMath"
    ),
    "pBdr": "top left bottom right between bar",
    "tblPr": (
        "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc"
        " tblCellSpacing tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption"
    ),
    "tblBorders": "top left start bottom right end insideH insideV",
    "tblCellMar": "top left start bottom right end",
    "tcPr": (
        "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText"
        " vAlign hideMark"
    ),
    "tbl": "tblPr tblGrid tr",
    "tr": "tblPrEx trPr tc",
    "tc": "tcPr p tbl",
    "sectPr": (
        "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders"
        " lnNumType pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter"
        " docGrid printerSettings"
    ),
    "style": (
        "name aliases basedOn next link autoRedefine hidden uiPriority semiHidden unhideWhenUsed"
        " qFormat locked personal rsid pPr rPr tblPr trPr tcPr"
    ),
    "font": "altName panose1 charset family notTrueType pitch sig",
    "settings": (
        "writeProtection view zoom removePersonalInformation removeDateAndTime mirrorMargins"
        " bordersDoNotSurroundHeader bordersDoNotSurroundFooter proofState attachedTemplate"
        " trackRevisions defaultTabStop autoHyphenation evenAndOddHeaders bookFoldPrinting"
        " drawingGridHorizontalSpacing drawingGridVerticalSpacing characterSpacingControl"
        " noLineBreaksAfter noLineBreaksBefore compat rsids mathPr themeFontLang clrSchemeMapping"
        " shapeDefaults decimalSymbol listSeparator"
    ),
    "compat": (
        "spaceForUL ulTrailSpace doNotExpandShiftReturn adjustLineHeightInTable useFELayout"
        " balanceSingleByteDoubleByteWidth doNotLeaveBackslashAlone compatSetting"
    ),
}
UNORDERED = frozenset({"compat", "sectPr"})
"""Named only: their order is checked where it matters."""


def faults(tree: Any) -> Iterator[str]:
    """Elements that stand where, or before what, they may not."""
    for name, listed in ORDER.items():
        places = {qn(f"w:{one}"): place for place, one in enumerate(listed.split())}
        for element in tree.iter(qn(f"w:{name}")):
            tags = [child.tag for child in element]
            yield from (f"{tag} in {name}" for tag in tags if tag not in places)
            known = [places[tag] for tag in tags if tag in places]
            if known != sorted(known) and name not in UNORDERED:
                yield f"order of {name}: {[tag.split('}')[1] for tag in tags]}"
    for cell in tree.iter(qn("w:tc")):
        if cell[-1].tag != qn("w:p"):
            yield "a cell that does not end with a paragraph"
    for row in tree.iter(qn("w:tr")):
        table = row.getparent()
        columns = len(table.find(qn("w:tblGrid")))
        spans = [tc.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}") for tc in row.iter(qn("w:tc"))]
        if sum(1 if span is None else int(span.get(qn("w:val"))) for span in spans) != columns:
            yield "a row that does not fill its grid"
