//go:build cuda

package gpu

import (
	"fmt"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// backend is kernel.Backend on a device. Every call of the driver takes the context along, so that a
// goroutine may go from thread to thread.
type backend struct {
	Batches
	device    *Device
	stream    cu.Stream // of the main lane
	side      side
	memory    []cu.DevicePtr // all that was allocated
	allocated int64
	closed    bool

	logits, inner buffer // workspaces
	staging       staging
	snapshot      snapshot
	sorter        sorter
	order, starts []int32 // of a sort on the host

	graphs    map[kernel.Step]*recording
	recording *recording // what is being recorded
	args      []uint64
	err       error // the first that the driver told
}

func newBackend(d *Device) (*backend, error) {
	b := &backend{device: d, graphs: map[kernel.Step]*recording{}, args: make([]uint64, 0, driver.MaxArguments)}
	b.snapshot.of = b
	err := d.on(func() (err error) {
		b.stream, err = cu.MakeStream(cu.NonBlocking)
		return err
	})
	if err != nil {
		return nil, err
	}
	if err := b.side.make(d); err != nil {
		_ = b.free()
		return nil, err
	}
	if err := b.staging.open(d); err != nil {
		_ = b.free()
		return nil, err
	}
	return b, nil
}

// Numerics implements kernel.Backend.
func (b *backend) Numerics() string { return b.device.Numerics() }

// Allocated implements kernel.Backend.
func (b *backend) Allocated() int64 { return b.allocated }

// check keeps the first error. What is enqueued behind it isn't run.
func (b *backend) check(what string, err error) {
	if err != nil && b.err == nil {
		b.err = fmt.Errorf("%s: %w", what, asKernelError(err))
	}
}

// launch enqueues a kernel on the main lane.
func (b *backend) launch(l launch, memory ...region) { b.launchOn(mainLane, l, memory...) }

// launchOn enqueues a kernel, with the memory of its outputs, then of its inputs.
func (b *backend) launchOn(on lane, l launch, memory ...region) {
	if len(memory) != l.outputs+l.inputs {
		panic(fmt.Sprintf("gpu: %s with %d pointers, want %d", l.kernel, len(memory), l.outputs+l.inputs))
	}
	if b.err != nil || l.grid[0] == 0 || l.grid[1] == 0 {
		return
	}
	b.args = b.args[:0]
	for _, r := range memory {
		b.args = append(b.args, uint64(r.at))
	}
	b.args = append(b.args, l.scalars[:l.n]...)
	grid := [3]uint32{uint32(l.grid[0]), uint32(l.grid[1]), 1}
	u := use{outputs: memory[:l.outputs], inputs: memory[l.outputs:]}
	b.await(on, u)
	b.check(l.kernel, driver.Launch(b.device.context, b.device.functions[l.kernel], grid, uint32(l.block), uint32(l.shared), b.streamOf(on), b.args))
	b.enqueued(on, u)
}

// Close implements kernel.Backend. It waits for what is enqueued, and for a snapshot that is being read.
func (b *backend) Close() error {
	if b.closed {
		return nil
	}
	b.closed = true
	err := b.free()
	b.device.left()
	if err != nil {
		return fmt.Errorf("close the backend: %w", err)
	}
	return nil
}

// free gives everything back, whatever the driver says of a part, and returns the first error.
func (b *backend) free() error {
	var first error
	keep := func(err error) {
		if first == nil && err != nil {
			first = asKernelError(err)
		}
	}
	keep(driver.Synchronize(b.device.context, b.stream)) // and so for the side lane, which it has waited for
	keep(b.snapshot.free())
	keep(b.staging.close(b.device))
	for _, r := range b.graphs {
		keep(r.close())
	}
	keep(b.device.on(func() error {
		for _, at := range b.memory {
			keep(cu.MemFree(at))
		}
		keep(b.side.destroy())
		return b.stream.Destroy()
	}))
	b.memory, b.allocated = nil, 0
	return first
}
