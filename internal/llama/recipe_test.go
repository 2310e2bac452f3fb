package llama

import (
	"math"
	"testing"
)

func TestSchedule(t *testing.T) {
	const steps = 200
	cosine := Recipe{LearningRate: 2, Warmup: 0.05, Schedule: ScheduleCosine}
	constant := Recipe{LearningRate: 2, Schedule: ScheduleConstant}
	plain := Recipe{LearningRate: 2, Schedule: ScheduleCosine}
	for _, test := range []struct {
		name   string
		recipe Recipe
		t      int
		want   float64
	}{
		{"warm-up's first", cosine, 0, 0.2},
		{"warm-up's last", cosine, 9, 2},
		{"cosine's first", cosine, 10, 2},
		{"cosine's middle", cosine, 105, 1},
		{"cosine's last", cosine, 199, 1 + math.Cos(math.Pi*189/190)},
		{"constant's first", constant, 0, 2},
		{"constant's last", constant, 199, 2},
		{"cosine without warm-up", plain, 50, 1 + math.Cos(math.Pi/4)},
	} {
		if got := rateAt(test.recipe, test.t, steps); math.Abs(got-test.want) > 1e-12 {
			t.Errorf("%s: %.15g, want %.15g", test.name, got, test.want)
		}
	}
	if got := rateAt(Recipe{LearningRate: 1, Warmup: 0.05, Schedule: ScheduleCosine}, 0, 13); got != 1 {
		t.Errorf("5 %% of 13 steps is one step of warm-up: rate %g", got)
	}
	if got := rateAt(Recipe{LearningRate: 1, Warmup: 1, Schedule: ScheduleCosine}, 6, 7); got != 1 {
		t.Errorf("a run that is all warm-up ends at %g", got)
	}
}

func rateAt(r Recipe, t, steps int) float64 { return r.rate(t, r.WarmupSteps(steps), steps) }

func TestWarmupSteps(t *testing.T) {
	for _, test := range []struct {
		share       float64
		steps, want int
	}{{0, 100, 0}, {1, 100, 100}, {0.05, 128, 7}, {0.07, 100, 7}, {0.07, 101, 8}, {0.29, 100, 29}, {0.1, 30, 3}, {0.3, 10, 3}, {1e-9, 1000, 1}, {0.5, 1, 1}} {
		if got := (Recipe{Warmup: test.share}).WarmupSteps(test.steps); got != test.want {
			t.Errorf("%g of %d steps: %d, want %d", test.share, test.steps, got, test.want)
		}
	}
}

func TestBadRecipe(t *testing.T) {
	c := Config{Vocab: 10, Hidden: 8, Intermediate: 16, Layers: 1, Heads: 2, Context: 8}
	if err := quickRecipe(2).Check(c); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*Recipe){
		"no batch":       func(r *Recipe) { r.Batch = 0 },
		"adamw":          func(r *Recipe) { r.AdamW = "adam" },
		"schedule":       func(r *Recipe) { r.Schedule = "linear" },
		"pads":           func(r *Recipe) { r.PadTargets = "" },
		"pad id":         func(r *Recipe) { r.Pad = 10 },
		"rate":           func(r *Recipe) { r.LearningRate = math.NaN() },
		"negative rate":  func(r *Recipe) { r.LearningRate = -1 },
		"warm-up":        func(r *Recipe) { r.Warmup = 1.1 },
		"negative decay": func(r *Recipe) { r.WeightDecay = -1 },
	} {
		r := quickRecipe(2)
		change(&r)
		if r.Check(c) == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
