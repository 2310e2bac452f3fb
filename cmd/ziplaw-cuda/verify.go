//go:build cuda

package main

import (
	"context"
	"os"
	"os/exec"
	"strconv"

	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/gpu/verify"
	"github.com/ziplaw/ziplaw/internal/cli/machine"
	"github.com/ziplaw/ziplaw/internal/kernel"
)

func verifyDevice(ctx context.Context, o machine.VerifyOptions) (machine.Verified, error) {
	command, err := partCommand()
	if err != nil {
		return machine.Verified{}, err
	}
	r, err := verify.Run(ctx, verify.Options{
		Out: o.Out, Limit: o.Limit, Small: o.Small, Program: o.Version, Command: command, Progress: o.Progress,
	})
	if err != nil {
		return machine.Verified{}, err
	}
	return machine.Verified{Result: r, Text: r.Text(), Failed: r.State == verify.Failed}, nil
}

func verifyPart(ctx context.Context, o machine.VerifyOptions) error {
	command, err := partCommand()
	if err != nil {
		return err
	}
	return verify.RunPart(ctx, verify.Process{Part: o.Part, Dir: o.Out, Box: o.Box, Small: o.Small, From: o.From}, verifiedGPU, command)
}

// partCommand is this program again, for one part.
func partCommand() (verify.Command, error) {
	program, err := os.Executable()
	return func(p verify.Process) *exec.Cmd {
		args := []string{"verify", "--part", p.Part, "--out", p.Dir, "--box", p.Box.String(), "--from", strconv.Itoa(p.From)}
		if p.Small {
			args = append(args, "--small")
		}
		return exec.Command(program, args...)
	}, err
}

var verifiedGPU = verify.GPU{
	Devices: func() ([]verify.Info, error) {
		infos, err := gpu.Devices()
		all := make([]verify.Info, len(infos))
		for i, d := range infos {
			all[i] = verify.Info{Name: d.Name, UUID: d.UUID, Capability: d.Capability, Driver: d.Driver, Memory: d.Memory}
		}
		return all, err
	},
	Open: func(ordinal int, way verify.Way) (kernel.Device, error) {
		options := []gpu.Option{gpu.InPrecision(way.Precision)}
		if way.Launches {
			options = append(options, gpu.WithoutGraphs())
		}
		return gpu.Open(ordinal, options...)
	},
}
