"""What was said elsewhere, before: read from a file, stored below an issue or article, and found again by name.

comments = read_comments(Path("march.json").read_bytes())
told = bring_in(issue, comments, editor, copied_on=date(2024, 10, 20))
"""

from comments.bringing_in.reading import read_comments
from comments.bringing_in.storing import bring_in
