package machine

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/ziplaw/ziplaw"
)

// The program that trains on CUDA devices is one of its own: what links CUDA's driver doesn't start where there is none.
const (
	CUDAProgram    = "ziplaw-cuda"
	cudaProgramEnv = "ZIPLAW_CUDA" // another place for it
	driverLibrary  = "libcuda.so.1"
)

// findCUDAProgram looks where the environment says, beside this program, and in the PATH.
func findCUDAProgram() (string, error) {
	if named := os.Getenv(cudaProgramEnv); named != "" {
		return exec.LookPath(named)
	}
	if own, err := os.Executable(); err == nil {
		if beside, err := exec.LookPath(filepath.Join(filepath.Dir(own), CUDAProgram)); err == nil {
			return beside, nil
		}
	}
	return exec.LookPath(CUDAProgram)
}

// CUDADevices asks ziplaw-cuda for the devices of this machine. The error says what is missing and what to do.
func CUDADevices(ctx context.Context) (program string, devices []DeviceInfo, err error) {
	program, err = findCUDAProgram()
	if err != nil {
		return "", nil, &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "no program " + CUDAProgram + ": " + err.Error(),
			Hint: "make cuda builds it; put it beside ziplaw or into the PATH, or name it by " + cudaProgramEnv}
	}
	var out, errs bytes.Buffer
	c := exec.CommandContext(ctx, program, "devices", "--output", "json")
	c.Stdout, c.Stderr = &out, &errs
	if err := c.Run(); err != nil {
		if ctx.Err() != nil {
			return program, nil, ctx.Err()
		}
		return program, nil, noDevices(program, cmp.Or(failureIn(out.Bytes()), strings.TrimSpace(errs.String()), strings.TrimSpace(out.String()), err.Error()))
	}
	if err := json.Unmarshal(out.Bytes(), &devices); err != nil {
		return program, nil, fmt.Errorf("%s devices: %w", program, err)
	}
	if len(devices) == 0 {
		return program, nil, noDevices(program, "there is no device")
	}
	return program, devices, nil
}

// failureIn is the message of an error in JSON.
func failureIn(out []byte) string {
	var f struct {
		Error ziplaw.Error `json:"error"`
	}
	if json.Unmarshal(out, &f) != nil {
		return ""
	}
	return f.Error.Message
}

// noDevices explains why a machine has no device, by what it lacks.
func noDevices(program, said string) error {
	e := &ziplaw.Error{Code: ziplaw.CodeNotFound, Message: "no CUDA device: " + program + " says: " + said}
	switch {
	case !hasDriver():
		e.Hint = driverLibrary + " isn't here: install NVIDIA's driver, or give the container its devices (docker run --gpus all)"
	case !hasDeviceFiles():
		e.Hint = "/dev/nvidia0 isn't here: load the driver's kernel module (nvidia-smi does), or give the container its devices"
	default:
		e.Hint = "does nvidia-smi see the device? The driver must be of CUDA 12 or later, and the device of compute capability 8.0 or higher"
	}
	return e
}

// hasDriver looks for the driver's library as the loader does.
func hasDriver() bool {
	folders := filepath.SplitList(os.Getenv("LD_LIBRARY_PATH"))
	folders = append(folders, "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/usr/lib", "/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu",
		"/usr/local/nvidia/lib64", "/usr/lib/wsl/lib")
	for _, dir := range folders {
		if _, err := os.Stat(filepath.Join(dir, driverLibrary)); err == nil {
			return true
		}
	}
	cache, err := os.ReadFile("/etc/ld.so.cache")
	return err == nil && bytes.Contains(cache, []byte(driverLibrary))
}

func hasDeviceFiles() bool {
	for _, name := range []string{"/dev/nvidia0", "/dev/nvidiactl", "/dev/dxg"} { // the last is that of Windows' Linux
		if _, err := os.Stat(name); err == nil {
			return true
		}
	}
	found, err := filepath.Glob("/dev/nvidia[0-9]*")
	return err == nil && len(found) > 0
}
