"""Higher transcendental functions: of Bessel, the exponential integrals, and zeta."""
