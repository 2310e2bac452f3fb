package study

import (
	"cmp"
	"context"
	"slices"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/gpu"
	"github.com/ziplaw/ziplaw/internal/cli/machine"
	"github.com/ziplaw/ziplaw/internal/plan"
)

// fitsDevices compares a study's cells with the devices of this machine, where it has any of the study's kind.
func (a *app) fitsDevices(ctx context.Context, p *plan.Plan) error {
	_, devices, err := machine.CUDADevices(ctx)
	if err != nil {
		p.Warnings = append(p.Warnings, ziplaw.Warning{Code: "no_device", Message: err.Error()})
		return nil //nolint:nilerr // a plan may be for another machine
	}
	devices = slices.DeleteFunc(devices, func(d machine.DeviceInfo) bool {
		return p.Study.Pinned() && !slices.Contains(d.Arithmetics, p.Study.Numerics)
	})
	if len(devices) == 0 {
		p.Warnings = append(p.Warnings, ziplaw.Warning{Code: "no_device", Message: "this machine has no device of the kind " + p.Study.Numerics})
		return nil
	}
	most := slices.MaxFunc(devices, func(a, b machine.DeviceInfo) int { return cmp.Compare(a.Memory, b.Memory) })
	return p.FitsMemory(gpu.Room(most.Memory))
}
