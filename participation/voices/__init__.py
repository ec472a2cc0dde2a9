"""Readers' own words in issues and articles: quoted, once they were asked, and answered."""
