package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"

	"github.com/ziplaw/ziplaw"
)

// DescribeDeviceInput is the precision that a study asks for.
type DescribeDeviceInput struct {
	Precision string `json:"precision"`
}

// DeviceKind is what workers train on.
type DeviceKind struct {
	Numerics string `json:"numerics"`
	Name     string `json:"name"`
	Memory   int64  `json:"memory"` // bytes of one
}

// DescribeDevice says which kind of CUDA device the workers have. Several kinds are the error bad_spec, which names them.
func (a *Activities) DescribeDevice(ctx context.Context, in DescribeDeviceInput) (DeviceKind, error) {
	pool, ok := a.Devices.(*Pool)
	if !ok {
		return DeviceKind{}, fmt.Errorf("describe device: this worker has none")
	}
	kinds, err := KindsOfDevices(ctx, activity.GetClient(ctx))
	if err != nil {
		return DeviceKind{}, err
	}
	own, found := pool.InPrecision(in.Precision)
	if !found {
		return DeviceKind{}, fmt.Errorf("describe device: those of this worker don't compute in %s", in.Precision)
	}
	kinds = slices.DeleteFunc(kinds, func(id string) bool { return ziplaw.PrecisionOf(id) != in.Precision })
	if !slices.Contains(kinds, own) {
		kinds = append(kinds, own)
	}
	if len(kinds) != 1 {
		return DeviceKind{}, TemporalError(ziplaw.BadSpec("numerics", "name one of them as numerics; a worker counts for a minute after its end",
			"workers have several kinds of CUDA device: %s", strings.Join(kinds, ", ")))
	}
	return DeviceKind{Numerics: own, Name: pool.Facts().Name, Memory: pool.memory}, nil
}

// pollerAge is how old the last poll of a worker that lives may be: polls last a minute.
const pollerAge = 75 * time.Second

// KindsOfDevices are the arithmetics of the CUDA devices whose workers have polled within the last minute.
func KindsOfDevices(ctx context.Context, c client.Client) ([]string, error) {
	d, err := c.DescribeTaskQueue(ctx, TrainGPUTaskQueue, enumspb.TASK_QUEUE_TYPE_ACTIVITY)
	if err != nil {
		return nil, fmt.Errorf("describe task queue %s: %w", TrainGPUTaskQueue, err)
	}
	var kinds []string
	for _, p := range d.GetPollers() {
		if _, ids, found := strings.Cut(p.GetIdentity(), " "); found && time.Since(p.GetLastAccessTime().AsTime()) < pollerAge {
			kinds = append(kinds, strings.Fields(ids)...)
		}
	}
	slices.Sort(kinds)
	return slices.Compact(kinds), nil
}

// PollerIdentity is how a worker of CUDA devices names itself to Temporal: by its process and the arithmetics of its devices.
func PollerIdentity(identity string, arithmetics ...string) string {
	return identity + " " + strings.Join(arithmetics, " ")
}
