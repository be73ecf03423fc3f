"""Small networks on a busy machine: one thread each is faster than two that wait for each other."""

import torch

torch.set_num_threads(1)
