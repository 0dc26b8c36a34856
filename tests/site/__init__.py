"""A local finance-news site that plays real hosts over real HTTP; all that it tells is our own fiction."""
