package activities

import (
	"context"
	"errors"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Devices are what the cells of a worker train on: one cell a device.
type Devices interface {
	// Arithmetics are the numerics ids of those that cells may be in.
	Arithmetics() []string
	// Awaited names what Take waits for.
	Awaited() string
	// Take gives a device with room for a demand, and may wait for it. Done is asked when there is none at once: true ends the
	// waiting without one.
	Take(ctx context.Context, need Need, done func() (bool, error)) (*Taken, error)
}

// Need is what a cell takes of a device.
type Need struct {
	Numerics string // the id of the cell's arithmetic
	Demand   func(kernel.Batcher) kernel.Demand
}

// Taken is a device with room for a cell.
type Taken struct {
	kernel.Device
	release, lose func()
}

// Release gives the device back when a cell has ended with an error or nil. A device that is lost doesn't come back.
func (t *Taken) Release(err error) {
	if t.lose != nil && errors.Is(err, kernel.ErrDeviceLost) {
		t.lose()
		return
	}
	t.release()
}
