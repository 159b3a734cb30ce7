"""What is kept and how: the vault, the store in memory and the one on TinyDB, backups."""
