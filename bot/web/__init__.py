"""One aiohttp server: webhook, health, metrics and what is published."""
