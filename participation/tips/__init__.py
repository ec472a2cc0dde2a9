"""Tips of readers: let in, decided about, told of, and forgotten."""
