"""What the pages show: read-only queries, each returning one frozen dataclass."""
