"""One module for each program whose archives can be brought in."""
