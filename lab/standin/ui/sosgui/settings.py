"""Replaced by `-v /on-host/settings.py:/opt/ovis/ui/sosgui/settings.py`."""

SECRET_KEY = ""
DEBUG = False
ALLOWED_HOSTS = []
DSOS_ROOT = "/store/"
DSOS_CONF = "/opt/ovis/etc/dsosd.conf"
