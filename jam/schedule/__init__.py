"""When sessions are: programs, the pattern of their dates, events, the agenda. It never knows who comes."""
