"""The staff's pages at /staff."""
