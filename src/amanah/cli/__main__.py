"""Makes `python -m amanah.cli` the same as `amanah`."""

import sys

from amanah.cli.command import main

if __name__ == "__main__":
    sys.exit(main())
