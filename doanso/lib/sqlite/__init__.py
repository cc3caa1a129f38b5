"""Django's engine for SQLite, made faster where a batch uses it most; Django loads its module `base`."""
