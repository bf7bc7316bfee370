"""The outbox: a letter is a row in the transaction of the change that causes it, and a mail later.

The room writes, holds, sends and shows letters; it never knows what they are about, only an opaque scope.
"""
