"""What people offer to present or to share, from the first words to the stage: states, presenters, questions, files.

It never decides by itself: a step is taken by a volunteer or by staff, and what staff decide is told when they say so.
"""
