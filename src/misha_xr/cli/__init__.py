"""The `misha-xr` command: parse, call the native API, print. No algorithm lives here."""
