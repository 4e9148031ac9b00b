from __future__ import annotations

import subprocess
import sys

CODE = """
import importlib, pkgutil, sys
for name in ("dask", "distributed", "fsspec", "pyarrow", "bokeh"):
    sys.modules[name] = None
import formcheck.batch
for module in pkgutil.iter_modules(formcheck.batch.__path__, "formcheck.batch."):
    importlib.import_module(module.name)
    print(module.name)
"""


def test_every_module_can_be_imported_without_the_extra() -> None:
    done = subprocess.run([sys.executable, "-c", CODE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "formcheck.batch.spread" in done.stdout
