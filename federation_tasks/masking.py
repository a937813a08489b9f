"""Personal data in lists: enough to tell one from another, and no more (GB/T 22239 8.1.4.11)."""

import re

SHOWN = 2  # characters of the name before the @
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")


def masked(address: str) -> str:
    """Return an e-mail address as lists show it: zh***@example.cn; an empty text stays one."""
    name, at, host = address.partition("@")
    return f"{name[:SHOWN]}***{at}{host}" if at else address


def masked_in(text: str) -> str:
    """Return a text with every e-mail address in it as lists show it."""
    return ADDRESS.sub(lambda found: masked(found[0]), text)
