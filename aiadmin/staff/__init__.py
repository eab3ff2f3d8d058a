"""The staff's admin as a whole: who may do what, what was done, the page of the day."""
