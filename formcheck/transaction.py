"""A transaction of SQLite that is carried out whole or not at all."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def together(data: sqlite3.Connection) -> Iterator[None]:
    """Carry out what is done within, all or nothing, while nobody else writes.

    Args:
        data: A connection that begins no transactions by itself (``isolation_level=None``).

    Raises:
        sqlite3.Error: It cannot be begun or carried out; nothing has changed then.
    """
    data.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        # A full disk has ended the transaction already.
        if data.in_transaction:
            data.execute("ROLLBACK")
        raise
    data.execute("COMMIT")
