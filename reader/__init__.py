"""People and programs read: articles and ledger rows made presentable, over storage only."""
