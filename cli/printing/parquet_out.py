"""A report as Parquet, batch by batch: yen as 64-bit integers, dates as dates; heading and footing as metadata."""

from __future__ import annotations

from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from lifecycle.errors import BadInput
from lifecycle.projections.shape import DAY, FLAG, Column
from lifecycle.reports.shape import Sheet, is_figure
from lifecycle.service.reporting import sheet_foot, sheet_head

BATCH = 10_000


def arrow() -> Any:
    """pyarrow, an extra.

    Raises:
        BadInput: it is not installed.
    """
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise BadInput("Parquet needs an extra: pip install 'grant-ledger[parquet]'") from None
    return pyarrow


def write_parquet(sheet: Sheet, path: Path) -> None:
    """Write the file."""
    pa = arrow()
    schema = schema_of(sheet.columns)
    rows = sheet.rows()
    head = msgspec.json.encode(sheet_head(sheet))
    with pa.parquet.ParquetWriter(path, schema.with_metadata({"heading": head})) as writer:
        while batch := list(islice(rows, BATCH)):
            writer.write_table(table_of(sheet.columns, batch, schema))
        writer.add_key_value_metadata({"footing": msgspec.json.encode(sheet_foot(sheet))})


def schema_of(columns: tuple[Column, ...]) -> Any:
    """The columns as Arrow types."""
    pa = arrow()
    forms = {DAY: pa.date32(), FLAG: pa.bool_()}
    return pa.schema(
        [
            pa.field(
                c.name, pa.int64() if is_figure(c) else forms.get(c.form, pa.string()), metadata={"ja": c.ja}
            )
            for c in columns
        ]
    )


def table_of(columns: tuple[Column, ...], rows: list[Any], schema: Any) -> Any:
    """Some rows as an Arrow table."""
    pa = arrow()
    arrays = [
        pa.array([_value(column, row[column.name]) for row in rows], type=field.type)
        for column, field in zip(columns, schema, strict=True)
    ]
    return pa.Table.from_arrays(arrays, schema=schema)


def _value(column: Column, value: Any) -> Any:
    if value is None or value == "":
        return None if is_figure(column) or column.form in (DAY, FLAG) else ""
    if column.form == DAY:
        return value if isinstance(value, date) else date.fromisoformat(value)
    if isinstance(value, dict):
        return msgspec.json.encode(value).decode()
    return value
