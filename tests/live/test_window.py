from __future__ import annotations

import sys

import pytest

from formcheck.errors import UsageError
from formcheck.live.window import Window, key_of


@pytest.mark.parametrize(
    ("code", "key"),
    [
        (ord("q"), "q"),
        (ord("Q"), "q"),
        (0x10_0000 | ord("m"), "m"),  # with Num Lock on
        (0x1_0000 | ord("R"), "r"),  # with Shift
        (ord(" "), " "),
        (27, "q"),
        (0xFF1B, "q"),
        (-1, ""),
    ],
)
def test_keys_are_letters_whatever_is_held_down(code: int, key: str) -> None:
    assert key_of(code) == key


@pytest.mark.parametrize("code", [0xFF51, 0xFF52, 0xFF53, 0xFF63, 0xFFE1, 0xE9])
def test_cursor_keys_and_others_are_no_letters(code: int) -> None:
    """The low byte of the left cursor key is a Q, that of the upper one an R."""
    assert key_of(code) == ""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a screen")
def test_without_a_screen_there_is_an_error_and_no_abort(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    with pytest.raises(UsageError, match="--headless"):
        Window()
