package kernel

import "sync"

// cpuMemory is what a backend has allocated. Lanes allocate at the same time.
type cpuMemory struct {
	sync.Mutex
	allocated int64    // bytes
	mapped    []func() // release what isn't the collector's
}

// floats makes n zeros.
func (m *cpuMemory) floats(n int) []float32 {
	m.Lock()
	defer m.Unlock()
	m.allocated += float * int64(n)
	x, release := allocate(n)
	if release != nil {
		m.mapped = append(m.mapped, release)
	}
	return x
}

func (m *cpuMemory) release() {
	for _, release := range m.mapped {
		release()
	}
	m.mapped = nil
}
