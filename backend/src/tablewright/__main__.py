"""`python -m tablewright` is the command `tablewright`."""

import sys

from tablewright.cli import main

sys.exit(main())
