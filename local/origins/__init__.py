"""Example origins: ordinary web applications that know of nothing in front of them."""
