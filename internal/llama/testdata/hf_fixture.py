#!/usr/bin/env python3
"""Makes hf_fixture.json.gz: loss, gradients and five AdamW steps of Hugging Face's LlamaForCausalLM.

    python3 -m venv --system-site-packages venv   # with torch installed
    venv/bin/pip install 'transformers==4.39.3' 'numpy<2'
    venv/bin/python internal/llama/testdata/hf_fixture.py

Arrays are little-endian float32 in base64, in PyTorch's (out, in) layout and under transformers' names.
"""
import base64, gzip, json, pathlib, warnings

import numpy
import torch
import transformers

warnings.filterwarnings("ignore")
torch.manual_seed(20240524)
torch.set_num_threads(1)
V, H, LAYERS, HEADS, T, B, STEPS, LR = 61, 16, 2, 2, 12, 3, 5, 3e-3

config = transformers.LlamaConfig(
    vocab_size=V, hidden_size=H, intermediate_size=2 * H, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
    max_position_embeddings=T, rms_norm_eps=1e-6, tie_word_embeddings=False, initializer_range=0.2, use_cache=False,
    attn_implementation="eager",
)


def array(t):
    return base64.b64encode(t.detach().numpy().astype("<f4").tobytes()).decode()


def arrays(named):
    return {name: array(t) for name, t in named}


def fresh(state):
    model = transformers.LlamaForCausalLM(config)
    model.load_state_dict(state)
    return model


# Documents of several lengths; the pad id is the last one. Two batches take turns.
lengths = [[12, 7, 3], [12, 12, 10]]
documents = [[torch.randint(0, V - 1, (n,)).tolist() for n in batch] for batch in lengths]


def tensors(batch, counted):
    ids = torch.tensor([d + [V - 1] * (T - len(d)) for d in batch])
    labels = ids.clone()
    if not counted:
        for i, d in enumerate(batch):
            labels[i, len(d):] = -100
    return ids, labels


model = transformers.LlamaForCausalLM(config)
with torch.no_grad():  # weights of norms that aren't all one
    for name, p in model.named_parameters():
        if "norm" in name:
            p.add_(torch.randn_like(p) * 0.2)
initial = {k: v.clone() for k, v in model.state_dict().items()}

runs = []
for form in ("torch", "transformers"):
    for counted in (False, True):
        model = fresh(initial)
        if form == "torch":
            optimizer = torch.optim.AdamW(model.parameters(), lr=LR, weight_decay=0.0)
        else:
            optimizer = transformers.AdamW(model.parameters(), lr=LR, eps=1e-6, weight_decay=0.0, no_deprecation_warning=True)
        losses, gradients = [], None
        for step in range(STEPS):
            ids, labels = tensors(documents[step % 2], counted)
            optimizer.zero_grad()
            loss = model(input_ids=ids, labels=labels).loss
            loss.backward()
            losses.append(loss.item())
            if step == 0 and form == "torch":
                gradients = arrays((n, p.grad) for n, p in model.named_parameters())
            optimizer.step()
        run = {"adamw": form, "pad_targets": "counted" if counted else "masked", "losses": losses}
        if gradients:
            run["gradients"] = gradients
        run["after"] = arrays(model.named_parameters())
        runs.append(run)

fixture = {
    "made_with": {"torch": torch.__version__, "transformers": transformers.__version__},
    "config": {"vocab": V, "hidden": H, "intermediate": 2 * H, "layers": LAYERS, "heads": HEADS, "context": T},
    "batch": B, "pad": V - 1, "lr": LR, "documents": documents,
    "shapes": {n: list(p.shape) for n, p in model.named_parameters()},
    "initial": arrays((n, initial[n]) for n, _ in model.named_parameters()),
    "runs": runs,
}
path = pathlib.Path(__file__).with_name("hf_fixture.json.gz")
with open(path, "wb") as f, gzip.GzipFile(fileobj=f, mode="wb", filename="", mtime=0, compresslevel=9) as z:
    z.write(json.dumps(fixture, indent=0).encode())
print(path.stat().st_size, "bytes", [r["losses"] for r in runs])
