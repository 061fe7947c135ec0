"""Innom: a municipality's assistant in a chat."""

import os

# Before numpy and the embedder are imported: their threads wait by spinning, which on a busy
# machine makes small sums five to fifty times slower. A process answers many chats at once anyway.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
