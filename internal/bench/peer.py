"""What all peers of ziplaw bench share.

Requests come as JSON lines on standard input, each gets a JSON line on standard output. The first line says what the
peer is, or which module it lacks. {"prepare": {...}} readies one thing to be timed, {"seconds": s} times calls of it for
about s seconds and answers with the mean seconds of a call.
"""

import importlib
import json
import os
import sys
import time

_answers = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)  # what libraries print is no answer


def _answer(**fields):
    _answers.write(json.dumps(fields) + "\n")


def need(*modules):
    """The modules, or the end of the peer where one isn't there."""
    found = []
    for name in modules:
        try:
            found.append(importlib.import_module(name))
        except ImportError as e:
            _answer(missing=name, error=str(e))
            sys.exit(0)
    return found


_WARM_UP = 0.02  # seconds at the begin of a turn that aren't counted where calls are shorter


def _timed(call, seconds):
    cold, calls, began = True, 0, time.perf_counter()
    while True:
        call()
        calls += 1
        took = time.perf_counter() - began
        if cold and calls > 1 and took >= _WARM_UP and seconds > 0:
            cold, calls, began = False, 0, time.perf_counter()
            continue
        if took >= seconds:
            return {"seconds": took / calls, "calls": calls}


def serve(name, prepare):
    """Answers requests until there are none. prepare(request) gives the call to be timed."""
    _answer(peer=name)
    call = None
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "prepare" in request:
                call = None  # what it holds is free before the next is made
                began = time.perf_counter()
                call = prepare(request["prepare"])
                call()
                _answer(ready=True, seconds=time.perf_counter() - began)
            else:
                _answer(**_timed(call, request["seconds"]))
        except Exception as e:  # the reason is for the user of ziplaw bench
            _answer(error=f"{type(e).__name__}: {e}"[:1000])
