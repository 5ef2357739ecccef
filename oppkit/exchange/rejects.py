"""Give back the rows that were refused: beside each file, with every reason, ready to be corrected.

The rows keep their columns, so the corrected file can be imported with the same mapping.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from pathlib import Path

from oppkit.exchange.batch import Batch, Reject
from oppkit.exchange.cells import harmless
from oppkit.exchange.columns import as_text
from oppkit.exchange.errors import RejectsNotWritten
from oppkit.exchange.reasons import Reason, sentence
from oppkit.exchange.sheet import Sheet
from oppkit.exchange.textfile import REJECT_HEADINGS
from oppkit.exchange.writing import replacing


def write(batch: Batch, language: str = "en") -> list[Path]:
    """Write `<name>.rejects.csv` beside each file with refused rows; the paths, in order.

    A text file's rejects are written as it is: same encoding, same delimiter. Raises
    `RejectsNotWritten`.
    """
    by_path: dict[Path, list[Reject]] = {}
    for reject in batch.rejects:
        by_path.setdefault(reject.sheet.path, []).append(reject)
    written = []
    for path, rejects in by_path.items():
        target = path.with_name(f"{path.stem}.rejects.csv")
        try:
            with replacing(target) as draft:
                draft.write_bytes(_content(rejects[0].sheet, rejects, language))
        except OSError as error:
            detail = error.strerror or type(error).__name__
            raise RejectsNotWritten(path=target, detail=detail) from None
        written.append(target)
    return written


def _content(sheet: Sheet, rejects: Iterable[Reject], language: str) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=sheet.dialect.delimiter, lineterminator="\r\n")
    writer.writerow([*REJECT_HEADINGS, *sheet.headings])
    for reject in sorted(rejects, key=lambda reject: reject.number):
        cells = [harmless(as_text(cell)) for cell in reject.cells]
        writer.writerow([reject.number, _because(reject.reasons, language), *cells])
    try:
        return text.getvalue().encode(sheet.dialect.encoding)
    except UnicodeEncodeError:  # a French reason has characters that the file's encoding may lack
        return text.getvalue().encode("utf-8-sig")


def _because(reasons: Iterable[Reason], language: str) -> str:
    return harmless("; ".join(dict.fromkeys(sentence(reason, language) for reason in reasons)))
