"""Scrapy commands of this project; Scrapy finds them by COMMANDS_MODULE."""
