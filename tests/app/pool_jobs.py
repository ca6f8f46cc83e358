"""Jobs that behave badly, for the tests of the pool."""

import os
import time


def jobs(settings):
    def expression(body: bytes) -> bytes:
        what, _, argument = body.decode().partition(" ")
        match what:
            case "pid":
                pass
            case "sleep":
                time.sleep(float(argument))
            case "exit":
                os._exit(3)
            case "allocate":
                bytearray(int(argument))
            case "fail":
                raise ZeroDivisionError("a secret of the inside")
            case "answer":
                return b"x" * int(argument)
        return b'{"pid": %d}' % os.getpid()

    return {"expression": expression}
