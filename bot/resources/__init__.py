"""resources.yaml becomes a Directory and Feeds; every fault is named with its line; the last good version is kept."""
