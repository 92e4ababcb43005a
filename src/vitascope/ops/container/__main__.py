"""``/init``."""

import sys

from vitascope.ops.container.init import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
