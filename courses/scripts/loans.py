"""Words written the same in every language: abbreviations, brands, international names."""

NAMES = {
    "android", "app", "bluetooth", "camera", "chip", "clip", "email", "facebook", "file", "gmail", "google",
    "internet", "ios", "iphone", "link", "livestream", "messenger", "mobifone", "mobile", "momo", "money",
    "online", "oppo", "pin", "robot", "samsung", "sim", "telegram", "tiktok", "video", "viber", "viettel",
    "vinaphone", "web", "website", "wifi", "xiaomi", "youtube", "zalo",
}  # fmt: skip


def is_loan(word: str) -> bool:
    """OTP, VNeID, SIM (a capital after the first letter) or one of the listed names."""
    return any(letter.isupper() for letter in word[1:]) or word.lower() in NAMES
