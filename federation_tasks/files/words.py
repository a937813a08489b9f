"""Sizes and lists in Chinese."""

MB = 1024 * 1024
KB = 1024


def size_words(size: int) -> str:
    """Return 1.2 MB, 340 KB or 12 字节."""
    if size >= MB:
        return f"{size / MB:.1f}".removesuffix(".0") + " MB"
    return f"{max(1, round(size / KB))} KB" if size >= KB else f"{size} 字节"
