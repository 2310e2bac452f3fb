// Package llama trains Llama language models: the forward and the backward pass, AdamW, schedules, checkpoints.
//
// The model is LlamaForCausalLM of Hugging Face transformers: RMSNorm, rotary position embeddings, causal attention,
// SwiGLU, no biases, input and output embeddings of their own. It runs on any kernel.Backend; the forward and the
// backward pass are written once, in forward.go and backward.go.
//
// A run is a pure function of its configuration, recipe, seed and documents, and of the backend's arithmetic. It
// knows nothing of studies, stores or clocks: documents come in their order, and checkpoints go to the caller.
//
// Letters: B documents of a batch, T positions of a document, C hidden size, I intermediate size, V vocabulary.
package llama
