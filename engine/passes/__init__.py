"""What runs a graph: rules made into kernels, the forward and the backward pass, the forward mode, and the backward
pass as a program.
"""
