"""Faults on purpose: real crawls in processes of their own, killed, starved and locked out; nothing may be lost."""
