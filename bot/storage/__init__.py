"""What is kept and how: encryption, TinyDB, PostgreSQL."""
