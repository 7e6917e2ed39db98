"""Tables and pages that commands print on a terminal; no other package of newsfold lays out tables with rich."""
