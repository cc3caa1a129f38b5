"""Django's engine for PostgreSQL, whose row locks let others refer to a locked row; Django loads its module `base`."""
