"""The words that staff choose: levers, focus areas, sectors and job roles. It never decides what they mean for a number.

People carry sectors and job roles, events carry levers and focus areas; the room stands below both.
"""
