"""What participation adds to the apps below it."""
