//go:build cuda

// Command ziplaw-cuda trains the cells of ziplaw's studies on CUDA devices. See ziplaw-cuda help.
package main

import (
	"os"

	"github.com/ziplaw/ziplaw/activities"
	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/cli"
	"github.com/ziplaw/ziplaw/internal/cli/machine"
)

func main() {
	p := cli.Program{Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(p.MainCUDA(os.Args[1:], machine.CUDA{Devices: devices, Open: open, Verify: verifyDevice, VerifyPart: verifyPart}))
}

func devices() ([]machine.DeviceInfo, error) {
	infos, err := gpu.Devices()
	all := make([]machine.DeviceInfo, len(infos))
	for i, d := range infos {
		all[i] = machine.DeviceInfo{
			Ordinal: d.Ordinal, Name: d.Name, UUID: d.UUID, Memory: d.Memory, Capability: d.Capability, Driver: d.Driver,
			Numerics: gpu.Numerics(d.Name, gpu.Float32),
		}
		for _, precision := range gpu.Precisions() {
			all[i].Arithmetics = append(all[i].Arithmetics, gpu.Numerics(d.Name, precision))
		}
	}
	return all, err
}

// open opens a device once for each precision: they share its context.
func open(ordinal int) (faces activities.Faces, err error) {
	for _, precision := range gpu.Precisions() {
		d, err := gpu.Open(ordinal, gpu.InPrecision(precision))
		if err != nil {
			for _, d := range faces {
				_ = d.Close() // the error says why
			}
			return nil, err
		}
		faces = append(faces, d)
	}
	return faces, nil
}
