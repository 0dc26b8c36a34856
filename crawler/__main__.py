"""`python -m crawler` is `finews`."""

from crawler.cli import main

if __name__ == "__main__":
    main()
