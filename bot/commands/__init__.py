"""Commands that change what is stored: what they do, and where they run.

`options.py` has what may be typed. `client.py` has them done: by the server that runs, through
`bot/control.py`, or by this process alone. `registry.py` finds the function; the functions are told
by area, and each opens its own unit of work.
"""
