"""Stand-in of numsos, which the stand-in of the UI can do without: it holds the place in the order of the build."""
