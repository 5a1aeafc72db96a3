"""The `homeport` command: an operator's way into every region's cache, by the product's own drivers."""
