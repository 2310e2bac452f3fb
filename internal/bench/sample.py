"""Documents from a grammar that nltk has read, with a weighted choice of the random module at each non-terminal."""

import itertools
import random

from ziplaw_peer import need, serve

(nltk,) = need("nltk")


def compiled(grammar):
    """Of each non-terminal its right-hand sides and their cumulative weights."""
    rules = {}
    for p in grammar.productions():
        rules.setdefault(p.lhs(), ([], []))
        rules[p.lhs()][0].append(p.rhs()[::-1])
        rules[p.lhs()][1].append(p.prob())
    return {lhs: (rhs, list(itertools.accumulate(weights))) for lhs, (rhs, weights) in rules.items()}


def sentence(rules, start, most):
    """The tokens of one derivation, or its first ones."""
    tokens, todo = [], [start]
    while todo and len(tokens) < most:
        symbol = todo.pop()
        if isinstance(symbol, str):
            tokens.append(int(symbol))
            continue
        rhs, weights = rules[symbol]
        todo.extend(random.choices(rhs, cum_weights=weights)[0])
    return tokens


def document(rules, start, context):
    """Sentences with a 0 between them, cut at the context."""
    tokens = []
    while len(tokens) < context - 1:
        tokens += sentence(rules, start, context - len(tokens))
        tokens.append(0)
    return tokens[:context]


def prepare(r):
    """A number of documents of one grammar."""
    grammar = nltk.PCFG.fromstring(r["grammar"])
    rules, start = compiled(grammar), grammar.start()
    random.seed(1)
    return lambda: [document(rules, start, r["context"]) for _ in range(r["documents"])]


serve(f"NLTK {nltk.__version__}", prepare)
