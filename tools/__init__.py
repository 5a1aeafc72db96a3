"""Generators and guards of this repository; nothing here is shipped."""
