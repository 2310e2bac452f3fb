package llama

import "github.com/ziplaw/ziplaw/internal/kernel"

// MemoryBytes estimates the memory of training with a batch of documents on one thread of a CPU, the least that it takes on any number.
func (c Config) MemoryBytes(batch int) int64 {
	one := kernel.CPUDevice{Threads: 1}
	return one.Bytes(c.Demand(batch, one))
}
