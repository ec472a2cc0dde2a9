"""Mail: the outbox for one person, and the way to the mail server that all mail takes."""
