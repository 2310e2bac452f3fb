package workflows

import (
	"errors"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/ziplaw/ziplaw/activities"
)

// noDevice is what a study waits for that no worker can train.
const noDevice = "a worker with a CUDA device: ziplaw worker --device cuda starts one on a machine that has one"

// device asks which kind of CUDA device the workers have, once for a study: what was begun on one kind ends on it. While no
// worker answers, the study says what it waits for.
func (w *study) device(ctx workflow.Context) (*activities.DeviceKind, error) {
	in := activities.DescribeDeviceInput{Precision: w.spec.Precision}
	for wait := firstDeviceWait; w.at.Device == nil; wait = deviceWait {
		var d activities.DeviceKind
		err := workflow.ExecuteActivity(describing(ctx, wait), (*activities.Activities).DescribeDevice, in).Get(ctx, &d)
		switch {
		case err == nil:
			w.at.Device = &d
		case unheard(err):
			w.at.Progress.Waiting = noDevice
		default:
			return nil, err
		}
	}
	w.at.Progress.Waiting = ""
	return w.at.Device, nil
}

// unheard says whether an activity ended because no worker took it.
func unheard(err error) bool {
	timeout, ok := errors.AsType[*temporal.TimeoutError](err)
	return ok && timeout.TimeoutType() == enumspb.TIMEOUT_TYPE_SCHEDULE_TO_START
}
