#!/usr/bin/env python
"""Django's command line. With nothing set it works on `.env`, else on the running demo of this clone."""

import os
import sys

from aiadmin.run.errors import RunError
from aiadmin.run.manage import environment


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aiadmin.settings")
    try:
        found = environment(sys.argv[1:2], os.environ)
    except RunError as error:
        print(error, file=sys.stderr)
        return 1
    for name, value in found.items():
        os.environ.setdefault(name, value)
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
