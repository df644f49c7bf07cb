"""Run the command as `python -m gehoor_ops`."""

import sys

from gehoor_ops.cli import main

sys.exit(main())
