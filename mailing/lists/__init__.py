"""Who gets mail: subscribing, consent, leaving, lists in and out, and what came back."""
