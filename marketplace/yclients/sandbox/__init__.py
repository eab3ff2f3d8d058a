"""A stand-in for YCLIENTS on loopback: real HTTP, real slot arithmetic, invented data.

True to reference "yclients-api". Imports nothing of ours (it must be an outsider) and is absent
from production images. Run it with `python -m marketplace.yclients.sandbox --port P --state DIR`.
"""
