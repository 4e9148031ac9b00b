"""Every error formcheck raises on purpose, in one tree, each with its exit code.

The message of each is one line: what went wrong, with what, and what to do next. The
command line prints it as it is and ends with ``exit_code``; nothing else ends a command.

==== ============================================================
code meaning
==== ============================================================
0    done (faults in the lifter's form are results, not errors)
2    wrong usage, a wrong setting, or an output folder that cannot be used
3    a clip that cannot be read
4    nobody to judge: no person, or no rep
5    the model bundle is missing
6    some of several clips failed
7    the results could not be written (disk full)
130  interrupted with Ctrl-C
==== ============================================================
"""

from __future__ import annotations


class FormcheckError(Exception):
    """Base of the tree; never raised itself."""

    exit_code: int = 1


class UsageError(FormcheckError):
    """The command line, a settings file or the output folder cannot be used as given."""

    exit_code = 2


class ClipError(FormcheckError):
    """A clip cannot be read: missing, not a video, or damaged beyond its first frame."""

    exit_code = 3


class NobodyError(FormcheckError):
    """The clip was read but holds nobody to judge: no person, or no rep."""

    exit_code = 4


class ModelMissingError(FormcheckError):
    """No usable pose model bundle was found and none could be brought."""

    exit_code = 5


class SomeClipsFailedError(FormcheckError):
    """Of several clips, at least one failed; the others were judged."""

    exit_code = 6


class OutputError(FormcheckError):
    """Results could not be written; nothing half-written was left behind."""

    exit_code = 7
