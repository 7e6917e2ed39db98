"""What commands print: records as tables and pages for a terminal. Nothing else in newsfold draws with rich."""
