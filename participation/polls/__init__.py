"""What readers decide: polls in texts, and the votes in them."""
