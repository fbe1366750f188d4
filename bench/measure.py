"""Runs one command, or two connected by a pipe, and measures them:

    measure.py COMMAND ... [--into READER ...]

Prints the elapsed seconds, the processor seconds of both, and the peak memory
of COMMAND in bytes. This is a separate, small process, because a child's peak
memory starts at its parent's size.
"""

import os
import sys
import time


def spawn(command, actions):
    return os.posix_spawnp(command[0], command, os.environ,
                           file_actions=actions)


def main(words):
    command, reader = words, None
    if "--into" in words:
        at = words.index("--into")
        command, reader = words[:at], words[at + 1:]
    nowhere = [(os.POSIX_SPAWN_OPEN, 1, "/dev/null", os.O_WRONLY, 0)]
    begin = time.monotonic()
    if reader is None:
        children = [spawn(command, nowhere)]
    else:
        # The children inherit only the duplicates of the two ends.
        out, into = os.pipe()
        children = [spawn(command, [(os.POSIX_SPAWN_DUP2, into, 1)]),
                    spawn(reader, [(os.POSIX_SPAWN_DUP2, out, 0), *nowhere])]
        os.close(out)
        os.close(into)
    ended = [os.wait4(child, 0) for child in children]
    seconds = time.monotonic() - begin
    for _, status, _ in ended:
        if status != 0:
            sys.exit(f"{' '.join(words)}: "
                     f"exit {os.waitstatus_to_exitcode(status)}")
    processor = sum(usage.ru_utime + usage.ru_stime for _, _, usage in ended)
    print(seconds, processor, ended[0][2].ru_maxrss * 1024)


main(sys.argv[1:])
