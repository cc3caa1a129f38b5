"""Password hashing for a demo."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class DemoPasswordHasher(Argon2PasswordHasher):
    """Argon2 at its least cost, for passwords that are no secret: a demo prints them. Never for an installation."""

    time_cost = 1
    memory_cost = 1024
    parallelism = 1
