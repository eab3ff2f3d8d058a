"""Understanding Russian by rules: text in, a typed frame out. No model, no network."""
