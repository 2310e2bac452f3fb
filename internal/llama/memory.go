package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// MemoryBytes estimates the memory of training with a batch of documents on one thread of a CPU.
func (c Config) MemoryBytes(batch int) int64 {
	one := kernel.CPUDevice{Threads: 1}
	return one.Bytes(c.Demand(batch, one))
}
