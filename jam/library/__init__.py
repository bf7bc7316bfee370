"""The public library of what people shared: staff's text of each, where it stands, and everybody's way to find it.

It never shows what its submitter did not agree to, and nothing that is withdrawn: both are asked at every reading.
"""
