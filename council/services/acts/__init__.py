"""Acts: registers and numbers, deliberations, orders and decisions, signature, formalities."""
