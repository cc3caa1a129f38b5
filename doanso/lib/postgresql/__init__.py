"""Django's engine for PostgreSQL, whose row locks let others refer to a locked row; `base` is what Django looks for."""
