package activities

import (
	"context"
	"errors"
	"fmt"
	"net"

	"go.temporal.io/sdk/activity"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/cache"
	"github.com/ziplaw/ziplaw/internal/kernel"
	"github.com/ziplaw/ziplaw/internal/store"
)

// maxStrikes is the number of attempts in a row that may fail at one step with one error before the cell is given up.
// Only what would fail again leaves a strike.
const maxStrikes = 3

// guardProgress turns the last of several failures of one kind at one step into a permanent error that names it.
// Strikes travel to the next attempt in the heartbeat details, which the SDK sends with a failure.
func guardProgress(ctx context.Context, beat *heartbeat, err error) error {
	if ctx.Err() != nil || !deterministic(err) {
		return err
	}
	strikes, now := beat.strike(err), beat.get()
	if strikes < maxStrikes {
		activity.RecordHeartbeat(ctx, now)
		return err
	}
	return &ziplaw.Error{
		Code:    ziplaw.CodeNoProgress,
		Message: fmt.Sprintf("cell %s: %d attempts ended at step %d: %v", now.Cell, strikes, now.Step, err),
		Hint:    "mend the cause and start the study again; finished cells are kept",
	}
}

// deterministic tells a failure that the next attempt would repeat, of a document, the training or its arithmetic, or an
// object that the store refuses, from what passes: a worker that stops, a claim that was lost, an outage.
func deterministic(err error) bool {
	if errors.Is(err, errWorkerStops) || errors.Is(err, errNotWanted) || errors.Is(err, store.ErrClaimLost) {
		return false
	}
	if errors.Is(err, kernel.ErrKernelFault) {
		return true
	}
	if errors.Is(err, kernel.ErrDeviceLost) || errors.Is(err, kernel.ErrOutOfMemory) { // of this machine
		return false
	}
	if _, ofCache := errors.AsType[*cache.Error](err); ofCache { // the same
		return false
	}
	if e, tooLarge := errors.AsType[*MemoryError](err); tooLarge {
		return e.Device // devices of one kind have the same memory; another worker may take more
	}
	if failed, ofStore := store.Failure(err); ofStore {
		return failed.Class == store.Refused
	}
	outage, ofNetwork := errors.AsType[net.Error](err)
	return !ofNetwork || outage == nil
}
