package verify

import (
	"fmt"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// GPU is what package gpu brings.
type GPU struct {
	// Devices lists the devices of this machine.
	Devices func() ([]Info, error)
	// Open makes a device ready.
	Open func(ordinal int, way Way) (kernel.Device, error)
}

// Info is what is known of a device without opening it.
type Info struct {
	Name, UUID, Capability, Driver string
	Memory                         int64 // bytes
}

// Way is how a device computes.
type Way struct {
	Precision string // of products
	Launches  bool   // operations of a step one by one, and not as CUDA graphs, as in training
}

// Ways of computing.
var (
	Graphs         = Way{Precision: gpu.Float32}
	Launches       = Way{Precision: gpu.Float32, Launches: true}
	TensorGraphs   = Way{Precision: gpu.TF32}
	TensorLaunches = Way{Precision: gpu.TF32, Launches: true}
)

// emulated is what the emulated driver calls its device (gpu/emul).
const emulated = "Emulated GPU"

// open opens the first device that the driver shows.
func (w *work) open(way Way) (kernel.Device, error) {
	d, err := w.gpu.Open(0, way)
	if err != nil {
		return nil, err
	}
	if d.Facts().Name == emulated {
		w.small = true
	}
	return d, nil
}

// backend opens the first device for one backend. What the process has isn't given back: it ends soon.
func (w *work) backend(way Way) (kernel.Backend, error) {
	d, err := w.open(way)
	if err != nil {
		return nil, err
	}
	b, err := d.NewBackend()
	if err != nil {
		return nil, fmt.Errorf("a backend of %s: %w", d.Facts().Name, err)
	}
	return b, nil
}
