"""How proposals are read and judged: reviewers, criteria with weights, scores, comments, stepping back, anonymous reading.

It never decides anything, and it shows nobody what others think before they have said it themselves.
"""
