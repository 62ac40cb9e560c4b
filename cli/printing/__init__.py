"""Reports on paper: as a table, CSV, xlsx, JSON or Parquet. Each has a file beside this one."""

from __future__ import annotations
