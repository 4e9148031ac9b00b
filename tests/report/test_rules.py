from __future__ import annotations

from formcheck.report.rules import limit_crossed, tempo_band_s


def test_tempo_band_follows_the_settings() -> None:
    assert tempo_band_s({}) == (3.0, 4.0)
    rules = {"ECCENTRIC_FAST": {"below": 2.0}, "ECCENTRIC_SLOW": {"above": 5}}
    assert tempo_band_s({"faults": rules}) == (2.0, 5.0)


def test_limit_crossed() -> None:
    rules = {
        "NOTE": {"metric": "x", "above": 1.0, "severity": "note"},
        "LOW": {"metric": "x", "below": 0.5, "above": None},
        "HIGH": {"metric": "x", "above": 2.0, "below": None},
    }
    found = [limit_crossed({"faults": rules}, "x", value) for value in (0.4, 1.5, 2.5)]
    assert found == [0.5, None, 2.0]
    assert limit_crossed({"faults": rules}, "y", 9.0) is None
