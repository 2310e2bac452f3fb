package verify

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

// deviceName is the figure that the run takes its device's name from.
const deviceName = "device"

// describe says what the device and the machine are, and how long the driver takes to make the kernels ready.
func describe(w *work) error {
	describeMachine(w)
	devices, err := w.gpu.Devices()
	if err != nil {
		return err
	}
	w.figure("devices", len(devices), "")
	if len(devices) == 0 {
		return fmt.Errorf("the driver shows no device")
	}
	d := devices[0]
	w.figure(deviceName, d.Name, "")
	w.figure("compute_capability", d.Capability, "")
	w.figure("device_memory", d.Memory, "bytes")
	w.figure("driver_interface", d.Driver, "")
	w.figure("uuid", d.UUID, "")
	for _, precision := range gpu.Precisions() {
		if peak, ok := peakOf(d.Name, precision); ok {
			w.figure(precision+"_peak", peak.flops, "FLOP/s")
			w.figure(precision+"_peak_source", peak.source, "")
		}
	}
	return timeOpening(w)
}

// timeOpening opens the device twice. The first time the driver compiles the kernels, since the run has an empty cache; the
// second time it has them, and the device's context is there.
func timeOpening(w *work) error {
	var devices [2]kernel.Device
	for i, name := range []string{"first_opening", "second_opening"} {
		began := time.Now()
		d, err := w.open(Graphs)
		if err != nil {
			return err
		}
		w.figure(name, time.Since(began).Seconds(), "s")
		devices[i] = d
	}
	w.figure("numerics", devices[0].Numerics(), "")
	w.figure("kernels_sha256", devices[0].Facts().Kernels, "")
	for _, d := range devices {
		if err := d.Close(); err != nil {
			return err
		}
	}
	return nil
}

// describeMachine reads what the system says, where it says it.
func describeMachine(w *work) {
	w.figure("processor", field("/proc/cpuinfo", "model name"), "")
	w.figure("processors", runtime.NumCPU(), "")
	w.figure("processor_kernels", kernel.Path(), "")
	w.figure("memory", field("/proc/meminfo", "MemTotal"), "")
	for _, text := range []struct{ name, file string }{{"linux", "/proc/sys/kernel/osrelease"}, {"kernel_module", "/proc/driver/nvidia/version"}} {
		if b, err := os.ReadFile(text.file); err == nil {
			line, _, _ := strings.Cut(string(b), "\n")
			w.figure(text.name, line, "")
		}
	}
	if visible, ok := os.LookupEnv("CUDA_VISIBLE_DEVICES"); ok {
		w.figure("CUDA_VISIBLE_DEVICES", visible, "")
	}
	askNvidiaSMI(w)
}

// field is the text behind the first line of a file that begins with a name and a colon.
func field(file, name string) string {
	b, _ := os.ReadFile(file) // not every system has it
	for line := range strings.Lines(string(b)) {
		if key, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(key) == name {
			return strings.TrimSpace(value)
		}
	}
	return "unknown"
}

// smiFields are those of nvidia-smi --help-query-gpu.
var smiFields = []string{
	"name", "driver_version", "vbios_version", "clocks.max.sm", "clocks.max.mem", "clocks.sm", "power.limit", "temperature.gpu",
	"ecc.mode.current", "persistence_mode", "compute_mode", "mig.mode.current", "memory.used",
}

// smiTime bounds nvidia-smi, which hangs where a device does.
const smiTime = 10 * time.Second

func askNvidiaSMI(w *work) {
	ctx, cancel := context.WithTimeout(w.ctx, smiTime)
	defer cancel()
	c := exec.CommandContext(ctx, "nvidia-smi", "--id=0", "--format=csv,noheader", "--query-gpu="+strings.Join(smiFields, ","))
	c.WaitDelay = time.Second
	out, err := c.Output()
	if err != nil {
		w.figure("nvidia_smi", "not there: "+err.Error(), "")
		return
	}
	values := strings.Split(strings.TrimSpace(string(out)), ", ")
	for i, value := range values[:min(len(values), len(smiFields))] {
		w.figure("nvidia_smi."+smiFields[i], value, "")
	}
}
