"""Passwords are hashed where that can starve nobody: it is slow on purpose, and strangers can ask for it."""

from django.contrib.auth.hashers import PBKDF2PasswordHasher

from core.patience import Counter

passwords = Counter()


class PatientHasher(PBKDF2PasswordHasher):
    """Django's own, one password at a time. Raises TooMany where others wait already."""

    def encode(self, password: str, salt: str, iterations: int | None = None) -> str:
        return passwords.serve(super().encode, password, salt, iterations)
