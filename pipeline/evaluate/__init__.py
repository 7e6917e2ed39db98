"""How good the grouping is: stories held against articles whose events are known."""
