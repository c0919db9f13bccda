"""Stand-in of upstream's package of the same name: what the image's maestro changes in it, and nothing more."""
