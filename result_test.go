package ziplaw

import "testing"

func TestCounts(t *testing.T) {
	a := Counts{Total: 10, Done: 4, Reused: 1, Failed: 1, Diverged: 2, Running: 1, Queued: 2}
	if a.Finished() != 7 {
		t.Errorf("%d finished", a.Finished())
	}
	if got := a.Add(a); got != (Counts{Total: 20, Done: 8, Reused: 2, Failed: 2, Diverged: 4, Running: 2, Queued: 4}) {
		t.Errorf("doubled: %+v", got)
	}
}

func TestParametersOfAFit(t *testing.T) {
	f := Fit{E: 1, A: 2, B: 3, Alpha: 4, Beta: 5}
	for i, name := range Parameters {
		if got := f.Parameter(name); got != float64(i+1) {
			t.Errorf("%s is %g", name, got)
		}
	}
}
