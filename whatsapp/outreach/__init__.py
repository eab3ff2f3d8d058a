"""When a salon owes its clients what: pure rules, no rows and no clock of their own."""
