//go:build cuda

package gpu

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"

	"gorgonia.org/cu"

	"github.com/ziplaw/ziplaw/gpu/driver"
	"github.com/ziplaw/ziplaw/gpu/kernels"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// leastMajor is of the compute capability that the PTX is for.
const leastMajor = 8

// Info is what is known of a device without opening it.
type Info struct {
	Ordinal    int
	Name       string
	UUID       string
	Memory     int64 // bytes
	Capability string
	Driver     string // the CUDA version of the driver
}

// Devices lists the devices of this machine.
func Devices() ([]Info, error) {
	n, err := cu.NumDevices()
	if err != nil {
		return nil, fmt.Errorf("count devices: %w", err)
	}
	all := make([]Info, n)
	for i := range all {
		if all[i], err = describe(i); err != nil {
			return nil, fmt.Errorf("device %d: %w", i, err)
		}
	}
	return all, nil
}

func describe(ordinal int) (Info, error) {
	d, err := cu.GetDevice(ordinal)
	if err != nil {
		return Info{}, err
	}
	info := Info{Ordinal: ordinal}
	if info.Name, err = d.Name(); err != nil {
		return Info{}, err
	}
	id, err := d.UUID()
	if err != nil {
		return Info{}, err
	}
	info.UUID = "GPU-" + id.String()
	if info.Memory, err = d.TotalMem(); err != nil {
		return Info{}, err
	}
	major, minor, err := d.ComputeCapability()
	if err != nil {
		return Info{}, err
	}
	info.Capability = fmt.Sprintf("%d.%d", major, minor)
	version := cu.Version()
	info.Driver = fmt.Sprintf("%d.%d", version/1000, version%1000/10)
	return info, nil
}

// Device is an opened GPU. It implements kernel.Device.
type Device struct {
	Info
	Batches
	device    cu.Device
	context   cu.CUContext
	module    cu.Module
	functions map[string]cu.Function
	precision string
	products  products
	direct    bool

	mutex    sync.Mutex
	backends int // open
	closed   bool
}

// Option changes how a device runs.
type Option func(*Device)

// WithoutGraphs launches every operation of a replayed step by itself. Bits are the same.
func WithoutGraphs() Option { return func(d *Device) { d.direct = true } }

// InPrecision computes products in a precision, Float32 where this option isn't given.
func InPrecision(precision string) Option { return func(d *Device) { d.precision = precision } }

// Open makes a device ready: its primary context, which other libraries of this process share, and the kernels.
func Open(ordinal int, options ...Option) (*Device, error) {
	info, err := describe(ordinal)
	if err != nil {
		return nil, fmt.Errorf("open device %d: %w", ordinal, asKernelError(err))
	}
	if major, _, found := strings.Cut(info.Capability, "."); found {
		if n, err := strconv.Atoi(major); err != nil || n < leastMajor {
			return nil, fmt.Errorf("open device %d: %s has compute capability %s, at least %d.0 wanted", ordinal, info.Name, info.Capability, leastMajor)
		}
	}
	d := &Device{Info: info, functions: map[string]cu.Function{}, precision: Float32}
	for _, o := range options {
		o(d)
	}
	if d.products, err = productsIn(d.precision); err != nil {
		return nil, fmt.Errorf("open device %d: %w", ordinal, err)
	}
	if d.device, err = cu.GetDevice(ordinal); err != nil {
		return nil, fmt.Errorf("open device %d: %w", ordinal, err)
	}
	if d.context, err = d.device.RetainPrimaryCtx(); err != nil {
		return nil, fmt.Errorf("open device %d: %w", ordinal, asKernelError(err))
	}
	if err := d.load(); err != nil {
		_ = d.device.ReleasePrimaryCtx()
		return nil, fmt.Errorf("open device %d (%s, driver %s): %w", ordinal, info.Name, info.Driver, err)
	}
	return d, nil
}

// productsIn gives the products in a precision.
func productsIn(precision string) (products, error) {
	switch precision {
	case Float32:
		return float32Products, nil
	case TF32:
		return tensorProducts, nil
	}
	return products{}, fmt.Errorf("no products in the precision %q: want one of %v", precision, Precisions())
}

// load gives the kernels to the driver, which compiles them for the device.
func (d *Device) load() error {
	err := d.on(func() (err error) {
		d.module, err = cu.LoadData(kernels.PTX)
		return err
	})
	if err != nil {
		return fmt.Errorf("load the kernels: %w", err)
	}
	for _, entry := range regexp.MustCompile(`\.entry (\w+)\(`).FindAllStringSubmatch(kernels.PTX, -1) {
		err := d.on(func() (err error) {
			d.functions[entry[1]], err = d.module.Function(entry[1])
			return err
		})
		if err != nil {
			return fmt.Errorf("kernel %s: %w", entry[1], err)
		}
	}
	return d.allowShared()
}

// allowShared lets kernels take more shared memory than they get without being allowed.
func (d *Device) allowShared() error {
	for name, bytes := range dynamicShared() {
		if err := driver.SetDynamicShared(d.context, d.functions[name], bytes); err != nil {
			return fmt.Errorf("kernel %s: %d bytes of shared memory: %w", name, bytes, err)
		}
	}
	return nil
}

// on calls f, which calls cu, in the device's context.
func (d *Device) on(f func() error) error { return asKernelError(driver.OnContext(d.context, f)) }

// Numerics implements kernel.Device.
func (d *Device) Numerics() string { return Numerics(d.Name, d.precision) }

// Bytes implements kernel.Device.
func (d *Device) Bytes(demand kernel.Demand) int64 { return Bytes(demand) }

// Facts implements kernel.Device.
func (d *Device) Facts() kernel.Facts {
	return kernel.Facts{Name: d.Name, Driver: d.Driver, Kernels: kernels.Digest(), Memory: d.Memory}
}

// NewBackend implements kernel.Device. The backend has a stream of its own.
func (d *Device) NewBackend() (kernel.Backend, error) {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.closed {
		return nil, fmt.Errorf("new backend: device %d is closed", d.Ordinal)
	}
	b, err := newBackend(d)
	if err != nil {
		return nil, fmt.Errorf("new backend on device %d: %w", d.Ordinal, err)
	}
	d.backends++
	return b, nil
}

// left says that a backend is closed.
func (d *Device) left() {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	d.backends--
}

// Close implements kernel.Device. Its backends must be closed.
func (d *Device) Close() error {
	d.mutex.Lock()
	defer d.mutex.Unlock()
	if d.closed {
		return nil
	}
	if d.backends > 0 {
		return fmt.Errorf("close device %d: %d backends are open", d.Ordinal, d.backends)
	}
	d.closed = true
	err := d.on(d.module.Unload)
	if released := asKernelError(d.device.ReleasePrimaryCtx()); err == nil {
		err = released
	}
	if err != nil {
		return fmt.Errorf("close device %d: %w", d.Ordinal, err)
	}
	return nil
}
