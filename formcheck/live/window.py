"""The window itself: opens it, shows what ``screen`` draws, reads the keys."""

from __future__ import annotations

import os
import sys
from typing import Final

import cv2

from formcheck.errors import UsageError
from formcheck.live.screen import Image

TITLE: Final = "formcheck live"
_SCREENS: Final = ("DISPLAY", "WAYLAND_DISPLAY")
_NO_WINDOW: Final = (
    "no window can be opened here (no screen, or an OpenCV without windows); use --headless"
)
_ESCAPES: Final = (0x1B, 0xFF1B)
"""As a character, and as X11 names the key."""


def key_of(code: int) -> str:
    """The character of a key as OpenCV tells it, in lower case; ``q`` for Escape, else empty.

    Only the lower half is the key, the upper one tells what else is held down. Cursor keys end in
    the codes of letters: ``waitKey``, which keeps eight bits, takes the left one for a Q.
    """
    key = code & 0xFFFF
    if code < 0 or (key >= 0x80 and key not in _ESCAPES):
        return ""
    return "q" if key in _ESCAPES else chr(key).lower()


class Window:
    """A window that can be resized, closed and made to fill the screen.

    Args:
        full_screen: Whether it fills the screen at first.

    Raises:
        UsageError: There is no screen to open it on.
    """

    def __init__(self, *, full_screen: bool = False) -> None:
        if sys.platform == "linux" and not any(os.environ.get(name) for name in _SCREENS):
            # Qt would end the whole program.
            raise UsageError(_NO_WINDOW)
        try:
            # The letters are drawn by OpenCV; that its Qt brings no fonts need not be told.
            os.environ.setdefault("QT_LOGGING_RULES", "default.warning=false")
            flags = cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL
            cv2.namedWindow(TITLE, flags)
        except cv2.error as error:
            raise UsageError(_NO_WINDOW) from error
        self._full = False
        self._sized = False
        self._full_at_first = full_screen

    def show(self, picture: Image) -> None:
        """Show a picture."""
        cv2.imshow(TITLE, picture)
        if not self._sized:
            self._sized = True
            cv2.resizeWindow(TITLE, picture.shape[1], picture.shape[0])
            if self._full_at_first:
                # Earlier, sizing the window would undo it.
                self.toggle_full_screen()

    def key(self, wait_ms: int) -> str:
        """The key that was pressed, in lower case; ``q`` also for Escape or a closed window."""
        code = cv2.waitKeyEx(max(1, wait_ms))
        if self._sized and cv2.getWindowProperty(TITLE, cv2.WND_PROP_VISIBLE) < 1:
            return "q"
        return key_of(code)

    def toggle_full_screen(self) -> None:
        """Fill the screen, or do so no more."""
        self._full = not self._full
        kind = cv2.WINDOW_FULLSCREEN if self._full else cv2.WINDOW_NORMAL
        cv2.setWindowProperty(TITLE, cv2.WND_PROP_FULLSCREEN, kind)

    def close(self) -> None:
        """Close the window."""
        cv2.destroyAllWindows()
        cv2.waitKey(1)
