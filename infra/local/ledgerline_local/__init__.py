"""The local AWS stack of Ledgerline: emulator, sandbox of vendors, deployment, and their ends."""
