"""Tables as files: CSV that is safe to open in a spreadsheet, and XLSX."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from creator_search.schemas.export import BYTE_ORDER_MARK, csv_cell

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """Return the table with a byte order mark. Text that a spreadsheet would run as a formula is prefixed with an
    apostrophe; numbers, negative ones too, are written as they are."""
    out = io.StringIO()
    out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out)
    writer.writerow(columns)
    writer.writerows([csv_cell(value) for value in row] for row in rows)
    return out.getvalue()


def xlsx_table(name: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    """Return a workbook with one sheet. Text is stored as text, whatever it begins with."""
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet(name)
        for number, row in enumerate((columns, *rows)):
            for column, value in enumerate(row):
                if isinstance(value, int | float):
                    sheet.write_number(number, column, value)
                elif value is not None:
                    sheet.write_string(number, column, str(value))
    return out.getvalue()
