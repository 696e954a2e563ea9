"""The configuration files and the licence of one host."""

import os

import pkg_resources
from jinja2 import Environment, PackageLoader

from madmex import settings
from madmex.conf.catalogue import INDEXING, INGESTION
from madmex.util.local import ensure_directory

_TEMPLATES = Environment(
    loader=PackageLoader("madmex", "conf"), keep_trailing_newline=True, autoescape=False
)


def write_configuration():
    """Writes `~/.config/madmex/{indexing,ingestion}/*.yaml` anew; existing files are replaced."""
    for name in INDEXING:
        _write("indexing", name, {"name": name, "driver": settings.DRIVER})
    for source, place in INGESTION:
        name = f"{source}_{place}"
        # An unset INGESTION_PATH ends up as the text None, as it does in the original.
        values = {
            "name": name,
            "source": source,
            "location": settings.INGESTION_PATH,
            "bucket": settings.INGESTION_BUCKET,
            "driver": settings.DRIVER,
        }
        _write("ingestion", name, values)


def write_licence():
    """Writes BIS_LICENSE into the installed package, which must be writable by the user."""
    path = pkg_resources.resource_filename("madmex", "bin/bis/license.txt")
    with open(path, "w", encoding="utf-8") as out:
        out.write(settings.BIS_LICENSE)


def _write(kind, name, values):
    directory = os.path.expanduser(os.path.join("~", ".config", "madmex", kind))
    ensure_directory(directory)
    text = _TEMPLATES.get_template(f"{kind}.yaml.j2").render(values)
    with open(os.path.join(directory, f"{name}.yaml"), "w", encoding="utf-8") as out:
        out.write(text)
