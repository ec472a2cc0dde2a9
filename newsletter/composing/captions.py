"""What stands below a picture: its caption, and who made it."""

import re
from pathlib import Path

import yaml

LONGEST_CAPTION = 1000
LONGEST_CREDIT = 200

WORDS = yaml.safe_load(Path(__file__).with_name("words.yaml").read_text(encoding="utf-8"))
SHOWN = f"(?:{'|'.join(WORDS['shown'].split())})s?"
MADE = f"(?:{WORDS['made']})"
CHINESE = f"(?:{'|'.join(WORDS['credit_in_chinese'].split())})(?:来源|來源|提供|摄影|攝影|作者|源)?"
# At the start of a sentence or in brackets: "Photo by Ada", "© Ada". Elsewhere only with a capital and a colon.
CREDIT = re.compile(
    rf"(?:^|(?<=[.!?。！？…|/(（\[;；–—-])|(?<=[.!?。！？…|/;；–—-]\s))"
    rf"(?:(?i:{SHOWN}(?: (?:{MADE}|credits?))?\s?[:：]|{SHOWN} {MADE}\s|(?:photo |image |picture )?credits?\s?[:：]"
    rf"|crédits?(?: photo)?\s?[:：]|courtesy of\s|copyright\s|source\s?[:：]|quelle\s?[:：]|bron\s?[:：]))"
    rf"|(?<=\s)(?=[A-Z])(?:(?i:{SHOWN})(?: (?:{MADE}|credits?))?|Credits?|Crédits?)\s?[:：]"
    rf"|(?:^|(?<=[\s。，；、（(]))(?:{CHINESE}\s?[:：/／]|©|\(c\)\s)"
)


def caption_and_credit(text: str) -> tuple[str, str]:
    """Divide a line where the credit begins: `A harbour. Photo: Ada Moor`. Either part may be empty. A credit too long
    to be one counts as caption."""
    found = CREDIT.search(text)
    if not found or len(text) - found.start() > LONGEST_CREDIT:
        return text, ""
    caption, credit = text[: found.start()].rstrip(" |/,;–—-"), text[found.start() :].strip()
    if caption.endswith(("(", "（", "[")):
        credit, _, behind = re.sub("[)）\\]]", "\0", credit).partition("\0")
        return f"{caption[:-1].rstrip()} {behind.strip(' .。')}".strip(), credit
    return caption, credit
