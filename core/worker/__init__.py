"""Work beside the pages: what comes back, what goes on, and signs of life."""
