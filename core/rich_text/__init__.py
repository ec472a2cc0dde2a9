"""From what other programs write to Markdown as this house speaks it: pages and clipboards, Word, mail.

.eml  ─ mail ─┐
.docx ─ word ─┤
HTML ─────────┴─ page ─ unseen, notes ─ styles, tables, lists, pictures, links ─ structure ─ writing ─ Markdown
"""

from core.rich_text.converting import RichText, convert
from core.rich_text.mail import NEWER, from_mail
from core.rich_text.page import Unreadable, failures_in_words
from core.rich_text.word import from_docx
