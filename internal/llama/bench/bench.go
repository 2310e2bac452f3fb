// Package bench is the peer of package llama: its training step in PyTorch, for internal/bench to run beside it.
package bench

import _ "embed"

// Script is the step as a peer of ziplaw bench.
//
//go:embed train.py
var Script string
