"""What correspondence adds to the apps below it."""
