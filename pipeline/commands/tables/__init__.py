"""What commands print: records as tables and pages for a terminal."""
