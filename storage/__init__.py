"""The archive: tables, ledger, articles, captures and exports; knows neither Scrapy nor the pages' HTML."""
