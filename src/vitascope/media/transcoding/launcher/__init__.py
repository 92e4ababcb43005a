"""One small process that starts every ffmpeg, confines it, reads what it writes, and dies with the server.

A server that forked would copy a process of a hundred megabytes and many threads, and a child's wish to die with its
parent holds for the *thread* that forked it. So one small process of one thread forks them all: it asks the kernel to
be ended with the server, and each ffmpeg asks to be ended with it. Killing the server at any moment leaves nothing.

``child`` is that process, ``sandbox`` what an ffmpeg is allowed, ``passage`` how it reads what is not on this machine,
``messages`` what is said between the two, ``client`` the server's end of it. Nothing is imported here: ``child`` stays
small.
"""
