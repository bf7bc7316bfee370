"""What comes after a case is presented: recommendations written down in the session, sent, and what became of each.

Never shows a recommendation to anybody who may not read its case.
"""
