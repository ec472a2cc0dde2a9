"""Links to pages elsewhere: what they offer as sources, and whether they still lead somewhere."""
