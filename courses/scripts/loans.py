"""Words written the same in every language: abbreviations, brands, international names."""

NAMES = {
    "aiken", "android", "app", "bluetooth", "camera", "chip", "clip", "csv", "docx", "email", "excel",
    "facebook", "file", "gmail", "google", "https", "internet", "ios", "iphone", "link", "livestream",
    "macro", "messenger", "mobifone", "mobile", "momo", "money", "moodle", "office", "online", "oppo",
    "pin", "pptx", "robot", "samsung", "sim", "telegram", "tiktok", "unicode", "unikey", "viber", "video",
    "viettel", "vinaphone", "web", "website", "wifi", "word", "xiaomi", "xlsx", "youtube", "zalo", "zip",
}  # fmt: skip


def is_loan(word: str) -> bool:
    """OTP, VNeID, SIM (a capital after the first letter) or one of the listed names."""
    return any(letter.isupper() for letter in word[1:]) or word.lower() in NAMES
