"""Files on this host."""

import os
from distutils.dir_util import mkpath


def basename(path, suffix=True):
    """Last part of a path, without its suffix on request."""
    name = os.path.basename(path)
    return name if suffix else os.path.splitext(name)[0]


def ensure_directory(path):
    """Makes a directory and its parents. An empty path is an error, not the working directory."""
    if not path:
        raise FileNotFoundError(2, os.strerror(2), path)
    mkpath(path)
