"""Wiring of Parvis: settings, addresses, worker; `config.lib` and `config.work` are its floors."""
