"""Storage: the engine, and tables and queries per area. Imports nothing of the application."""
