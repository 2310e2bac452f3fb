"""Training steps of ziplaw's model by PyTorch, for ziplaw bench train.

The model is Llama as transformers' LlamaForCausalLM has it, written out in the way that PyTorch runs fastest: one matrix
for queries, keys and values, one for gate and up, scaled_dot_product_attention, AdamW that is fused. Float32, no dropout,
embeddings not tied; the loss is the mean cross-entropy of the next token.
"""

import math

from ziplaw_peer import need, serve

(torch,) = need("torch")
nn, F = torch.nn, torch.nn.functional


class Attention(nn.Module):
    """Causal attention with rotary embeddings in the rotate-half layout."""

    def __init__(self, h, heads, context):
        super().__init__()
        self.heads, size = heads, h // heads
        self.qkv, self.out = nn.Linear(h, 3 * h, bias=False), nn.Linear(h, h, bias=False)
        angles = torch.outer(torch.arange(context).float(), 10000.0 ** (-torch.arange(0, size, 2).float() / size))
        self.register_buffer("cos", torch.cat((angles, angles), -1).cos())
        self.register_buffer("sin", torch.cat((-angles.sin(), angles.sin()), -1))

    def rotate(self, x):
        """x (B,heads,T,size) turned by the angles of its positions."""
        half = x.shape[-1] // 2
        return x * self.cos + torch.cat((x[..., half:], x[..., :half]), -1) * self.sin

    def forward(self, x):
        b, t, h = x.shape
        q, k, v = self.qkv(x).view(b, t, 3, self.heads, h // self.heads).permute(2, 0, 3, 1, 4).unbind(0)
        y = F.scaled_dot_product_attention(self.rotate(q), self.rotate(k), v, is_causal=True)
        return self.out(y.transpose(1, 2).reshape(b, t, h))


class FeedForward(nn.Module):
    """SwiGLU."""

    def __init__(self, h, intermediate):
        super().__init__()
        self.gate_up, self.down = nn.Linear(h, 2 * intermediate, bias=False), nn.Linear(intermediate, h, bias=False)

    def forward(self, x):
        gate, up = self.gate_up(x).chunk(2, -1)
        return self.down(F.silu(gate) * up)


class Block(nn.Module):
    """A layer: attention, then SwiGLU, each behind RMSNorm and beside a residual connection."""

    def __init__(self, h, intermediate, heads, context):
        super().__init__()
        self.norm, self.attention = nn.RMSNorm(h, eps=1e-6), Attention(h, heads, context)
        self.mlp_norm, self.mlp = nn.RMSNorm(h, eps=1e-6), FeedForward(h, intermediate)

    def forward(self, x):
        x = x + self.attention(self.norm(x))
        return x + self.mlp(self.mlp_norm(x))


class Llama(nn.Module):
    """The model with its loss."""

    def __init__(self, c):
        super().__init__()
        h, vocab = c["hidden"], c["vocab"]
        self.embed = nn.Embedding(vocab, h)
        self.blocks = nn.Sequential(*(Block(h, c["intermediate"], c["heads"], c["context"]) for _ in range(c["layers"])))
        self.norm, self.head = nn.RMSNorm(h, eps=1e-6), nn.Linear(h, vocab, bias=False)
        for p in self.parameters():
            if p.dim() > 1:
                nn.init.normal_(p, std=0.02)

    def forward(self, tokens, labels):
        logits = self.head(self.norm(self.blocks(self.embed(tokens))))
        return F.cross_entropy(logits.view(-1, logits.shape[-1]), labels.view(-1))


def prepare(r):
    """A step on one batch of full documents."""
    torch.set_num_threads(r["threads"])
    torch.manual_seed(1)
    c, batch = r["config"], r["batch"]
    model = Llama(c)
    parameters = sum(p.numel() for p in model.parameters())
    if parameters != r["parameters"]:
        raise ValueError(f"{parameters} parameters, {r['parameters']} wanted")
    optimizer = torch.optim.AdamW(model.parameters(), lr=1e-4, weight_decay=0.0, fused=True)
    tokens = torch.randint(0, c["vocab"], (batch, c["context"]))
    labels = torch.roll(tokens, -1, 1)
    labels[:, -1] = -100  # the last position has no next token
    loss_of = torch.compile(model) if r["compiled"] else model

    def step():
        loss = loss_of(tokens, labels)
        loss.backward()
        optimizer.step()
        optimizer.zero_grad(set_to_none=True)
        return loss

    for _ in range(2):  # compilation, and the optimizer's memory
        loss = step().item()
    if not abs(loss - math.log(c["vocab"])) < 1:
        raise ValueError(f"the first losses are about {loss}, not {math.log(c['vocab'])}")
    return step


serve(f"PyTorch {torch.__version__.split('+')[0]}", prepare)
