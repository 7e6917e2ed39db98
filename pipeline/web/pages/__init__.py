"""The pages of the web inspector, one module per subject. Every page has its JSON beside it, in `pipeline.web.api`."""
