"""`python -m homeport_cli`."""

from homeport_cli.app import main

if __name__ == "__main__":
    main()
