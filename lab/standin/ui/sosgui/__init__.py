"""Stand-in of the UI's Django project sosgui: a WSGI module without Django."""
