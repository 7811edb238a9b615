"""Findings of 漏报, 谎报 and 瞒报: proposed with evidence, answered by the school, then decided."""
