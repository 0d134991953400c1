"""Makes `python -m amanah.verify` a command."""

import sys

from amanah.verify.command import main

if __name__ == "__main__":
    sys.exit(main())
