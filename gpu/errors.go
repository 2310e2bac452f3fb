//go:build cuda

package gpu

import (
	"errors"
	"fmt"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// asKernelError adds what package kernel calls an error of the driver.
func asKernelError(err error) error {
	err = driver.FromCU("cu", err)
	var e *driver.Error
	switch {
	case !errors.As(err, &e):
		return err
	case e.OutOfMemory():
		return fmt.Errorf("%w: %w", kernel.ErrOutOfMemory, err)
	case e.Fault():
		return fmt.Errorf("%w: %w", kernel.ErrKernelFault, err)
	case e.Lost():
		return fmt.Errorf("%w: %w", kernel.ErrDeviceLost, err)
	}
	return err
}
