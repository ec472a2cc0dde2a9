"""What readers bring: tips, votes, words for the next issue."""
