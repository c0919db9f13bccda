#!/bin/sh
# As upstream's: makes configure.
set -eu
mkdir -p config
autoreconf --force --install
