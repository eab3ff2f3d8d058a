"""YCLIENTS: the client, its schemas, errors and call budget. Plain Python: no Django.

Import-free, so that `sandbox` (a true outsider) runs without our code being loaded.
"""
