"""Builds the stand-ins of maestro. Their package is shared with those of SOS and LDMS, which have its `__init__`."""

from setuptools import setup

setup(
    name="ovis-maestro-standin",
    version="4.5.3",
    packages=["ldms_standin", "ldmsd"],
    package_dir={"ldms_standin": "python"},
    scripts=["bin/maestro", "bin/maestro_ctrl"],
)
