"""The law L(N,D) = E + A/N^alpha + B/D^beta by scipy: the mean Huber loss of ln L, from Hoffmann's grid of starts."""

import itertools

from ziplaw_peer import need, serve

np, scipy, optimize = need("numpy", "scipy", "scipy.optimize")


def objective(ln_n, ln_d, ln_l, delta):
    """The loss of (a, b, alpha, beta, e) with its gradient."""
    ones = np.ones_like(ln_n)

    def f(u):
        a, b, alpha, beta, e = u
        terms = np.stack((a - alpha * ln_n, b - beta * ln_d, e * ones))
        top = terms.max(0)
        parts = np.exp(terms - top)
        total = parts.sum(0)
        r = top + np.log(total) - ln_l
        size = np.abs(r)
        loss = np.where(size <= delta, 0.5 * r * r, delta * (size - 0.5 * delta)).mean()
        share = parts / total * (np.clip(r, -delta, delta) / len(r))
        return loss, np.array((share[0].sum(), share[1].sum(), -share[0] @ ln_n, -share[1] @ ln_d, share[2].sum()))

    return f


def prepare(r):
    """Descents from the starts, or from some of them."""
    f = objective(*(np.log(np.array(r[x])) for x in "ndl"), r["delta"])
    factors, exponents, e = (0, 5, 10, 15, 20, 25), (0, 0.5, 1, 1.5, 2), (-1, -0.5, 0, 0.5, 1)
    starts = list(itertools.product(factors, factors, exponents, exponents, e))[:: r["every"]]

    def fit():
        return min((optimize.minimize(f, np.array(s, float), jac=True, method="L-BFGS-B") for s in starts), key=lambda x: x.fun)

    return fit


serve(f"scipy {scipy.__version__}", prepare)
