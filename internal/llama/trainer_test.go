package llama

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"math"
	"testing"

	"github.com/ziplaw/ziplaw/internal/kernel"
)

// tiny is a run of 9 steps, the last of one document.
var tiny = Config{Vocab: 37, Hidden: 12, Intermediate: 20, Layers: 2, Heads: 2, Context: 40}

func tinyTrainer(t testing.TB, threads int) *Trainer {
	return newTestTrainer(t, tiny, quickRecipe(3), threads, uniformDocuments(tiny, 25))
}

// finish runs the trainer to its end and returns its snapshot.
func finish(t *testing.T, trainer *Trainer) []byte {
	t.Helper()
	if err := trainer.Run(t.Context(), 4, nil); err != nil {
		t.Fatal(err)
	}
	return snapshot(t, trainer)
}

func snapshot(t *testing.T, trainer *Trainer) []byte {
	t.Helper()
	s, err := trainer.Snapshot()
	if err != nil {
		t.Fatal(err)
	}
	return content(t, s)
}

// tinyDigest is of the parameters, moments and losses that every processor, with and without assembly, ends the tiny
// run with. It changes with NumericsID
// only.
const tinyDigest = "ae168fa02ca452079b4697dc4e52c39432ac2987ccd2090a05f050c7d78fa6d4"

func TestBitsDependOnNothing(t *testing.T) {
	for _, threads := range []int{1, 2, 3, 8} {
		_, data := parts(t, finish(t, tinyTrainer(t, threads)))
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != tinyDigest {
			t.Errorf("%d threads: the run ends in %s, want %s", threads, got, tinyDigest)
		}
	}
}

// TestBitsDependOnNoShareOfTheThreads trains with another number of threads in every step, as cells that come and go bring about.
func TestBitsDependOnNoShareOfTheThreads(t *testing.T) {
	for _, threads := range []int{3, 8} {
		steps := 0
		device := kernel.CPUDevice{Threads: threads, Free: func() int { steps++; return steps % (threads + 2) }}
		backend, err := device.NewBackend()
		if err != nil {
			t.Fatal(err)
		}
		trainer, err := New(tiny, quickRecipe(3), backend, 1, uniformDocuments(tiny, 25))
		if err != nil {
			t.Fatal(err)
		}
		_, data := parts(t, finish(t, trainer))
		if got := fmt.Sprintf("%x", sha256.Sum256(data)); got != tinyDigest || steps < 9 {
			t.Errorf("%d threads, %d steps: the run ends in %s, want %s", threads, steps, got, tinyDigest)
		}
		if err := backend.Close(); err != nil {
			t.Error(err)
		}
	}
}

func TestResumeAtEveryStep(t *testing.T) {
	want := finish(t, tinyTrainer(t, 1))
	first := tinyTrainer(t, 1)
	for cut := 0; cut <= first.Steps(); cut++ {
		saved := snapshot(t, first)
		second := tinyTrainer(t, 1)
		if cut%2 == 1 { // what a trainer did before doesn't matter
			if err := second.Run(t.Context(), 1, nil); err != nil {
				t.Fatal(err)
			}
		}
		if err := restore(second, saved); err != nil {
			t.Fatal(err)
		}
		if got := finish(t, second); !bytes.Equal(got, want) {
			t.Errorf("a run cut after %d steps ends differently", cut)
		}
		if cut < first.Steps() {
			if err := first.Step(); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// TestValidationChangesNothing: it uses the training's buffers, and must not disturb the steps behind it.
func TestValidationChangesNothing(t *testing.T) {
	want := finish(t, tinyTrainer(t, 1))
	trainer := tinyTrainer(t, 1)
	held := uniformDocuments(tiny, 7)
	err := trainer.Run(t.Context(), 1, func(int, float64) error {
		_, err := trainer.Validate(held)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(snapshot(t, trainer), want) {
		t.Error("validation between steps changes the run")
	}
	all, err := trainer.Validate(held)
	if err != nil {
		t.Fatal(err)
	}
	var sum float64
	targets := 0
	for i := range held {
		one, err := trainer.Validate(held[i : i+1])
		if err != nil {
			t.Fatal(err)
		}
		sum += one * float64(len(held[i])-1)
		targets += len(held[i]) - 1
	}
	if math.Abs(all-sum/float64(targets)) > 1e-12 {
		t.Errorf("validation of all documents is %.15g, of each by itself %.15g", all, sum/float64(targets))
	}
}

func TestLearnsWhatRepeats(t *testing.T) {
	c := Config{Vocab: 8, Hidden: 16, Intermediate: 32, Layers: 1, Heads: 1, Context: 32}
	docs := make(Slice, 1000)
	for i := range docs { // the token 3 places back comes again: attention has to find it
		docs[i] = make([]int32, c.Context)
		for j := range docs[i] {
			docs[i][j] = int32((i*7 + j%3*(1+i/8)) % c.Vocab)
		}
	}
	trainer := newTestTrainer(t, c, quickRecipe(2), 1, docs)
	finish(t, trainer)
	if first, last := float64(trainer.Losses()[0]), trainer.MeanLast(10); math.Abs(first-math.Log(8)) > 0.1 || last > 0.8 {
		t.Errorf("the loss goes from %.3f to %.3f; from ln 8 to below 0.8 wanted", first, last)
	}
}

func TestDiverged(t *testing.T) {
	recipe := quickRecipe(3)
	recipe.LearningRate, recipe.Warmup, recipe.Schedule = 1e30, 0, ScheduleConstant
	var steps []int
	for _, every := range []int{1, 5, 100} {
		trainer := newTestTrainer(t, tiny, recipe, 1, uniformDocuments(tiny, 60))
		err := trainer.Run(t.Context(), every, nil)
		d, ok := errors.AsType[*Diverged](err)
		if !ok {
			t.Fatalf("a rate of 1e30 ends with %v", err)
		}
		if len(trainer.Losses()) != d.Step || trainer.Done() != d.Step || trainer.Step() == nil {
			t.Errorf("behind a divergence at step %d there are %d losses", d.Step, len(trainer.Losses()))
		}
		if _, err := trainer.Snapshot(); err == nil {
			t.Error("a diverged run gives a snapshot")
		}
		steps = append(steps, d.Step)
	}
	if steps[0] != steps[1] || steps[1] != steps[2] {
		t.Errorf("the step of the divergence depends on how often losses are read: %v", steps)
	}
}

func TestDivergenceRule(t *testing.T) {
	flat := func(n int, x float64) []float32 {
		losses := make([]float32, n)
		for i := range losses {
			losses[i] = float32(x)
		}
		return losses
	}
	limit := math.Log(100) + 2
	for _, test := range []struct {
		name   string
		losses []float32
		want   bool
	}{
		{"below", flat(80, limit-0.01), false},
		{"above", flat(80, limit+0.01), true},
		{"above for too short a time", flat(49, limit+1), false},
		{"NaN", append(flat(3, 1), float32(math.NaN())), true},
		{"Inf", append(flat(3, 1), float32(math.Inf(1))), true},
	} {
		if got := diverged(test.losses, 100) != nil; got != test.want {
			t.Errorf("%s: diverged %v, want %v", test.name, got, test.want)
		}
	}
}

func TestNoAllocationInAStep(t *testing.T) {
	if raceDetector {
		t.Log("the race detector allocates by itself")
		return
	}
	for _, threads := range []int{1, 2} {
		trainer := newTestTrainer(t, tiny, quickRecipe(2), threads, uniformDocuments(tiny, 400))
		step := func() {
			if err := trainer.Step(); err != nil {
				t.Fatal(err)
			}
		}
		step()
		if n := testing.AllocsPerRun(100, step); n > 0 {
			t.Errorf("%d threads: a step allocates %g times", threads, n)
		}
	}
}

func TestStopsBetweenSteps(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("enough")
	trainer := tinyTrainer(t, 1)
	err := trainer.Run(ctx, 1, func(done int, _ float64) error {
		if done == 4 {
			cancel(why)
		}
		return nil
	})
	if !errors.Is(err, why) || trainer.Done() != 4 {
		t.Errorf("cancelled after 4 steps, it ends after %d with %v", trainer.Done(), err)
	}
}

func TestBadDocuments(t *testing.T) {
	for name, doc := range map[string][]int32{
		"empty": {}, "too long": make([]int32, 41), "beyond the vocabulary": {1, 37}, "negative": {1, -1},
	} {
		trainer := newTestTrainer(t, tiny, quickRecipe(1), 1, Slice{doc})
		if trainer.Step() == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := New(tiny, quickRecipe(1), kernel.NewCPU(1), 1, Slice{}); err == nil {
		t.Error("a run without documents: accepted")
	}
}
