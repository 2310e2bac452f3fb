"""Products of matrices by numpy, which calls OpenBLAS."""

from ziplaw_peer import need, serve

(np,) = need("numpy")


def prepare(r):
    """c = op(a) op(b) of float32, into memory that is there: op is the transpose where asked for."""
    m, n, k = r["m"], r["n"], r["k"]
    rng = np.random.default_rng(1)
    a = rng.random((k, m) if r["trans_a"] else (m, k), dtype=np.float32)
    b = rng.random((n, k) if r["trans_b"] else (k, n), dtype=np.float32)
    c = np.empty((m, n), dtype=np.float32)
    left, right = a.T if r["trans_a"] else a, b.T if r["trans_b"] else b
    return lambda: np.matmul(left, right, out=c)


def name():
    """numpy with its library of products."""
    try:
        blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
        return f"numpy {np.__version__} ({blas['name']} {blas['version']})"
    except (KeyError, TypeError):
        return f"numpy {np.__version__}"


serve(name(), prepare)
