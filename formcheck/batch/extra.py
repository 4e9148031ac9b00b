"""The packages that only the batch needs, and what to do when they are missing."""

from __future__ import annotations

import importlib
from typing import Any, Final

from formcheck.errors import UsageError

INSTALL: Final = "pip install 'formcheck[batch]'"


def need(module: str) -> Any:
    """Import a module of the extra ``batch``, when it is used and not before.

    Raises:
        UsageError: It is not installed.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        missing = error.name or module
        raise UsageError(f"the batch needs {missing}, which is not installed: {INSTALL}") from error


def need_all() -> None:
    """See before a long run that everything it needs is there.

    Raises:
        UsageError: Something is not installed.
    """
    for module in ("dask", "distributed", "fsspec", "pyarrow.parquet"):
        need(module)
