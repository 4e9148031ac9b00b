"""Lets ``python -m formcheck`` do what the ``formcheck`` command does."""

import sys

from formcheck.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
