"""Linear algebra of NumPy and SciPy as calls of our ops (see signatures.py)."""

NUMPY_LINALG = """
def norm(x: matrix, ord: 'fro', axis: None = None, keepdims=False): linalg_norm(x, None, axis, keepdims)
def norm(x: array, ord: 'fro', axis: ints, keepdims=False): norm(x, 2, axis, keepdims)
def norm(x: matrix, ord: 2, axis: None = None, keepdims: False = False): max(svdvals(x))
def norm(x: matrix, ord: -2, axis: None = None, keepdims: False = False): min(svdvals(x))
def norm(x: matrix, ord: 'nuc', axis: None = None, keepdims: False = False): sum(svdvals(x))
def norm(x: matrix, ord: 2, axis: both_axes, keepdims: False = False): max(svdvals(x))
def norm(x: matrix, ord: 'nuc', axis: both_axes, keepdims: False = False): sum(svdvals(x))
def norm(x: vector, ord: 0, axis=None, keepdims=False): sum(x != 0, axis, keepdims)
def norm(x, ord: unnamed = None, axis=None, keepdims=False): linalg_norm(x, ord, axis, keepdims)
def vector_norm(x, *, axis=None, keepdims=False, ord=2): norm(x, ord, axis, keepdims)
def matrix_norm(x: at_least_2, *, keepdims=False, ord: 'fro' = 'fro'): norm(x, 2, (-2, -1), keepdims)
def matrix_norm(x: matrix, *, keepdims: False = False, ord: 2): max(svdvals(x))
def matrix_norm(x: matrix, *, keepdims: False = False, ord: -2): min(svdvals(x))
def matrix_norm(x: matrix, *, keepdims: False = False, ord: 'nuc'): sum(svdvals(x))
def matrix_norm(x: matrix, *, keepdims=False, ord: unnamed): linalg_norm(x, ord, None, keepdims)
def cond(x: matrix, p: None = None): max(svdvals(x)) / min(svdvals(x))
def cond(x: matrix, p: 2): max(svdvals(x)) / min(svdvals(x))
def cond(x: matrix, p: -2): min(svdvals(x)) / max(svdvals(x))
def cond(x: matrix, p: 'fro'): linalg_norm(x) * linalg_norm(inv(x))
def cond(x: matrix, p: unnamed): linalg_norm(x, p) * linalg_norm(inv(x), p)
def inv(a): inv(a)
def pinv(a, rcond=None, hermitian=False): pinv(a)
def det(a): det(a)
def slogdet(a): {'sign': sign(det(a)), 'logabsdet': logabsdet(a)}
def eigh(a, UPLO='L'): {'eigenvalues': eigvalsh(a), 'eigenvectors': eigenvectors(a)}
def eigvalsh(a, UPLO='L'): eigvalsh(a)
def eig(a: array): refuse("eigenvalues-complex")
def eigvals(a: array): refuse("eigenvalues-complex")
def svd(a, full_matrices=True, compute_uv: False = True, hermitian=False): svdvals(a)
def svd(a, full_matrices: False = True, compute_uv: True = True, hermitian=False):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: square_matrix, full_matrices: True = True, compute_uv: True = True, hermitian=False):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: tall_matrix, full_matrices: True = True, compute_uv: True = True, hermitian=False):
    {'U': refuse("svd-full"), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: at_least_2, full_matrices: True = True, compute_uv: True = True, hermitian=False):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': refuse("svd-full")}
def svdvals(x): svdvals(x)
def qr(a, mode: 'reduced' = 'reduced'): {'Q': orthonormal(a), 'R': triangular(a)}
def qr(a, mode: 'r'): triangular(a)
def cholesky(a, *, upper: False = False): cholesky(a)
def cholesky(a, *, upper: True): swapaxes(cholesky(swapaxes(a, -1, -2)), -1, -2)
def solve(a: array, b: vector): solve(a, b)
def solve(a: array, b: same_rank(a)): solve(a, b)
def lstsq(a: matrix, b: vector, rcond=None):
    x = matmul(pinv(a), b)
    {'x': x, 'residuals': reshape(sum((matmul(a, x) - b) ** 2), (1,)), 'rank': rank_of(a, None), 's': svdvals(a)}
def lstsq(a: matrix, b: matrix, rcond=None):
    x = matmul(pinv(a), b)
    {'x': x, 'residuals': sum((matmul(a, x) - b) ** 2, 0), 'rank': rank_of(a, None), 's': svdvals(a)}
def matrix_power(a, n): matrix_power(a, n)
def matrix_rank(A, tol=None, hermitian=False): rank_of(A, tol)
def vecdot(x1, x2, *, axis=-1): vecdot(x1, x2, axis)
def matmul(x1, x2): matmul(x1, x2)
def outer(x1: vector, x2: vector): outer(x1, x2)
def cross(x1, x2, *, axis: -1 = -1): cross(x1, x2)
def tensordot(x1, x2, *, axes=2): tensordot(x1, x2, axes)
def matrix_transpose(x): swapaxes(x, -1, -2)
def trace(x: matrix, *, offset: 0 = 0, dtype=None): trace(x)
def trace(x: at_least_2, *, offset=0, dtype=None):
    sum(transpose(x, front_axes(x, -2, -1))[diagonal_places(x, offset, -2, -1)], 0)
def diagonal(x: at_least_2, *, offset=0):
    moveaxis(transpose(x, front_axes(x, -2, -1))[diagonal_places(x, offset, -2, -1)], 0, -1)
"""

SCIPY_LINALG = """
def norm(a: matrix, ord: 'fro', axis: None = None, keepdims=False, check_finite=True):
    linalg_norm(a, None, axis, keepdims)
def norm(a: matrix, ord: 2, axis: None = None, keepdims: False = False, check_finite=True): max(svdvals(a))
def norm(a: matrix, ord: 'nuc', axis: None = None, keepdims: False = False, check_finite=True): sum(svdvals(a))
def norm(a, ord: unnamed = None, axis=None, keepdims=False, check_finite=True): linalg_norm(a, ord, axis, keepdims)
def inv(a, overwrite_a=False, check_finite=True): inv(a)
def pinv(a): pinv(a)
def det(a, overwrite_a=False, check_finite=True): det(a)
def cholesky(a, lower: True, overwrite_a=False, check_finite=True): cholesky(a)
def cholesky(a, lower: False = False, overwrite_a=False, check_finite=True):
    swapaxes(cholesky(swapaxes(a, -1, -2)), -1, -2)
def solve(a, b, lower=False, overwrite_a=False, overwrite_b=False, check_finite=True): solve(a, b)
def solve_triangular(a: matrix, b, trans=0, lower: True = False): solve(tril(a), b)
def solve_triangular(a: matrix, b, trans=0, lower: False = False): solve(triu(a), b)
def eigh(a, b=None, *, lower=True, eigvals_only: False = False):
    {'eigenvalues': eigvalsh(a), 'eigenvectors': eigenvectors(a)}
def eigh(a, b=None, *, lower=True, eigvals_only: True): eigvalsh(a)
def eigvalsh(a, b=None, lower=True): eigvalsh(a)
def svdvals(a): svdvals(a)
def svd(a, full_matrices=True, compute_uv: False = True): svdvals(a)
def svd(a, full_matrices: False = True, compute_uv: True = True):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: square_matrix, full_matrices: True = True, compute_uv: True = True):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: tall_matrix, full_matrices: True = True, compute_uv: True = True):
    {'U': refuse("svd-full"), 'S': svdvals(a), 'Vh': right_vectors(a)}
def svd(a: at_least_2, full_matrices: True = True, compute_uv: True = True):
    {'U': left_vectors(a), 'S': svdvals(a), 'Vh': refuse("svd-full")}
def qr(a: square_matrix): {'Q': orthonormal(a), 'R': triangular(a)}
def qr(a, *, mode: 'economic'): {'Q': orthonormal(a), 'R': triangular(a)}
def lstsq(a: matrix, b: vector, cond=None):
    x = matmul(pinv(a), b)
    {'x': x, 'residuals': sum((matmul(a, x) - b) ** 2), 'rank': rank_of(a, None), 's': svdvals(a)}
def expm(A): expm(A)
def toeplitz(c: vector): take(c, distances(c, c))
def toeplitz(c: vector, r: vector): take(concat([flip(c), r[1:]]), steps_apart(c, r))
def circulant(c: vector): take(c, around(c))
"""
