"""“同意”closes, any further remark keeps it open: one rule for claims of completion and for answers to instructions."""

import re

AGREED = {"", "同意", "同意办结", "同意销号", "同意结案"}
SAY = "批示意见（选填）"
HELP = "不写或者只写“同意”，事情就了结；再写别的意见，事情不了结，意见转给部室接着办。"
KEPT_OPEN = "您写了“同意”以外的意见，所以事情没有了结；意见已经转给部室。只同意请清空意见或者只写“同意”，再办一次。"
MARKS = re.compile(r"[\s，。！、,.!]+")


def is_plain(remark: str) -> bool:
    """Say whether what a leader wrote is agreement and nothing more."""
    return MARKS.sub("", remark) in AGREED
