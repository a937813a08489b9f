"""A browser in words, as its owner knows it: for the list in which people look for a sign-in that is not theirs."""

UNKNOWN = "没有说明的浏览器"
# The first sign that fits holds: most browsers also claim to be Chrome and Safari.
BROWSERS = [
    ("MicroMessenger/", "微信"),
    ("DingTalk", "钉钉"),
    ("Qaxbrowser", "奇安信可信浏览器"),
    ("UOSBrowser", "统信浏览器"),
    ("360SE", "360 安全浏览器"),
    ("360EE", "360 极速浏览器"),
    ("QQBrowser/", "QQ 浏览器"),
    ("MetaSr", "搜狗浏览器"),
    ("Edg/", "Edge"),
    ("Edge/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Trident/", "Internet Explorer"),
    ("Safari/", "Safari"),
]
MACHINES = [("Android", "安卓"), ("HarmonyOS", "鸿蒙"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS X", "Mac"), ("Linux", "Linux")]


def in_words(user_agent: str) -> str:
    """Return a browser's name and its machine's, as far as the browser says."""
    browser = next((words for sign, words in BROWSERS if sign in user_agent), "")
    machine = next((words for sign, words in MACHINES if sign in user_agent), "")
    return "，".join(words for words in (browser or UNKNOWN, machine) if words)
