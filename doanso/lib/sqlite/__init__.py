"""Django's engine for SQLite, made quicker where a batch asks it most; `base` is what Django looks for."""
