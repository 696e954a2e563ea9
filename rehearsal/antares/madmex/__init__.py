"""Stand-in for antares3: what its `antares` command does to a host and a database, nothing else."""

__version__ = "0.4.0+standin"
