package llama

import (
	"fmt"
	"math"
	"math/big"
	"strconv"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// Forms of AdamW, schedules, and what the padding behind a short document is to the loss.
const (
	AdamWTorch        = "torch"
	AdamWTransformers = "transformers"

	ScheduleCosine   = "cosine"
	ScheduleConstant = "constant"

	PadMasked  = "masked"  // padding isn't a target
	PadCounted = "counted" // padding is a target, as in the reference code
)

// Recipe is how a model is trained. It doesn't depend on the model: the learning rate is the width's own.
type Recipe struct {
	Batch        int     `json:"batch"`         // documents of a step
	AdamW        string  `json:"adamw"`         // torch or transformers
	LearningRate float64 `json:"learning_rate"` // the peak
	WeightDecay  float64 `json:"weight_decay"`  // decoupled; of matrices, not of the norms' weights
	Warmup       float64 `json:"warmup"`        // share of the steps
	Schedule     string  `json:"schedule"`      // cosine (to 0) or constant, behind the warm-up
	PadTargets   string  `json:"pad_targets"`   // masked or counted
	Pad          int32   `json:"pad"`           // the id that fills short documents up
}

// Check says what is wrong with a recipe for a model.
func (r Recipe) Check(c Config) error {
	switch {
	case r.Batch < 1:
		return fmt.Errorf("recipe: a batch of %d documents", r.Batch)
	case r.AdamW != AdamWTorch && r.AdamW != AdamWTransformers:
		return fmt.Errorf("recipe: adamw %q is neither %s nor %s", r.AdamW, AdamWTorch, AdamWTransformers)
	case r.Schedule != ScheduleCosine && r.Schedule != ScheduleConstant:
		return fmt.Errorf("recipe: schedule %q is neither %s nor %s", r.Schedule, ScheduleCosine, ScheduleConstant)
	case r.PadTargets != PadMasked && r.PadTargets != PadCounted:
		return fmt.Errorf("recipe: pad_targets %q is neither %s nor %s", r.PadTargets, PadMasked, PadCounted)
	case r.Pad < 0 || int(r.Pad) >= c.Vocab:
		return fmt.Errorf("recipe: pad id %d is outside the vocabulary of %d", r.Pad, c.Vocab)
	case !(r.LearningRate >= 0) || math.IsInf(r.LearningRate, 1):
		return fmt.Errorf("recipe: learning rate %g", r.LearningRate)
	case !(r.Warmup >= 0 && r.Warmup <= 1):
		return fmt.Errorf("recipe: warm-up %g isn't a share between 0 and 1", r.Warmup)
	case !(r.WeightDecay >= 0) || math.IsInf(r.WeightDecay, 1):
		return fmt.Errorf("recipe: weight decay %g", r.WeightDecay)
	}
	return nil
}

// Steps is the number of steps for some documents; the last may be of fewer than a batch.
func (r Recipe) Steps(documents int) int { return (documents + r.Batch - 1) / r.Batch }

// WarmupSteps is ceil(share x steps), of the share as a decimal number: 0.07 of 100 steps are 7, although the product of the floats
// is above that.
func (r Recipe) WarmupSteps(steps int) int {
	share, ok := new(big.Rat).SetString(strconv.FormatFloat(r.Warmup, 'g', -1, 64))
	if !ok {
		return 0
	}
	share.Mul(share, big.NewRat(int64(steps), 1))
	whole, rest := new(big.Int).QuoRem(share.Num(), share.Denom(), new(big.Int))
	return int(whole.Int64()) + rest.Sign()
}

// rate is the learning rate of step t, from 0, of a run of some steps: w steps of linear warm-up, then the schedule over the rest.
func (r Recipe) rate(t, w, steps int) float64 {
	if t < w {
		return float64(r.LearningRate*float64(t+1)) / float64(w)
	}
	if r.Schedule == ScheduleConstant {
		return r.LearningRate
	}
	_, cos := kernel.SinCos64(float64(math.Pi*float64(t-w)) / float64(steps-w))
	return float64(r.LearningRate*(1+cos)) / 2
}

// Betas of both forms of AdamW.
const (
	beta1 = 0.9
	beta2 = 0.999
)

// bias holds beta1^t and beta2^t, which correct the moments' start at zero.
type bias struct{ power1, power2 float64 }

// after is the correction at step t, from 1.
func after(t int) bias {
	b := bias{1, 1}
	for range t {
		b = b.next()
	}
	return b
}

func (b bias) next() bias { return bias{b.power1 * beta1, b.power2 * beta2} }

// update gives the factors of a step, whose learning rate is lr, with some weight decay.
func (r Recipe) update(lr, decay float64, b bias) kernel.Update {
	rest1, rest2 := 1-b.power1, 1-b.power2
	u := kernel.Update{
		Beta1: beta1, Rest1: float32(1 - beta1), Beta2: beta2, Rest2: float32(1 - beta2), Before: 1, After: 1,
	}
	keep := float32(1 - float64(lr*decay))
	if r.AdamW == AdamWTransformers {
		u.Rate, u.Root, u.Epsilon, u.After = float32(float64(lr*math.Sqrt(rest2))/rest1), 1, 1e-6, keep
		return u
	}
	u.Rate, u.Root, u.Epsilon, u.Before = float32(lr/rest1), float32(1/math.Sqrt(rest2)), 1e-8, keep
	return u
}
