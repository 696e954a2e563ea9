"""Console script `antares`: Django's management command under another name."""

import os
import sys

from django.core.management import execute_from_command_line


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madmex.settings")
    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
