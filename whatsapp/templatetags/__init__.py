"""Template filters of the WhatsApp side's pages."""
