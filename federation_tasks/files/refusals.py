"""Why a file is not taken: one sentence for the person, which says what to do."""


class Refused(Exception):  # noqa: N818 - a decision, not a fault
    """A file is not taken. Its text is the sentence that follows the file's name: “x.pdf”没有收：…"""

    def about(self, name: str) -> str:
        """Return the whole sentence, which names the file."""
        return f"“{name}”没有收：{self}"
