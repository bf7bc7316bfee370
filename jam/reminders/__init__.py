"""Letters before and after each session: rules of a program or a session become rows with a due moment, and those become
letters, once to each person. The room never keeps who gets one: that is asked of the seats at the moment of writing."""
