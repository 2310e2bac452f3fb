package llama

import (
	"fmt"
	"math"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Diverged is the error of a run whose loss is no number, infinite, or far above that of guessing.
type Diverged struct {
	Step int     // from 1
	Loss float64 // of the step, or the mean of the last steps
}

func (d *Diverged) Error() string {
	return fmt.Sprintf("training diverged at step %d: loss %g", d.Step, d.Loss)
}

// A run diverges where the mean of meanSteps steps exceeds the loss of guessing, ln V, by margin nats.
const (
	meanSteps = 50
	margin    = 2
)

// diverged judges the last of the losses, nil where all is well.
func diverged(losses []float32, vocab int) *Diverged {
	n := len(losses)
	if last := float64(losses[n-1]); math.IsNaN(last) || math.IsInf(last, 0) {
		return &Diverged{n, last}
	}
	if n < meanSteps {
		return nil
	}
	if mean := meanLast(losses, meanSteps); mean > kernel.Log64(float64(vocab))+margin {
		return &Diverged{n, mean}
	}
	return nil
}

// meanLast is the mean of the last k losses, or of all where there are fewer.
func meanLast(losses []float32, k int) float64 {
	tail := losses[max(0, len(losses)-k):]
	var sum float64
	for _, l := range tail {
		sum += float64(l)
	}
	return sum / float64(len(tail))
}
