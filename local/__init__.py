"""What runs on the developer's own machine and is never shipped: emulator, origins, the stack."""
