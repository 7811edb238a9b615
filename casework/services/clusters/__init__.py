"""Clusters of similar illnesses: counted wherever a sick mark is written, opened by SYSTEM."""
