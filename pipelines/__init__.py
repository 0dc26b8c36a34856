"""What happens to a fetched page: pure steps from bytes to a draft or a reason; Scrapy in one file only."""
