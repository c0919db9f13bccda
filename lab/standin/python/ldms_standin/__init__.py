"""Stand-ins of the LDMS programs: small, of a wire format of their own, and no more than a lab needs. Not LDMS."""

VERSION = "4.5.3-standin"


def version_text(program):
    """What `PROGRAM --version` prints: nobody shall take a stand-in for the program itself."""
    return f"{program} {VERSION}: a stand-in for labs, not the LDMS program; it speaks to other stand-ins only"
