package ziplaw

import (
	"errors"
	"fmt"
	"testing"
)

func TestErrorText(t *testing.T) {
	for want, e := range map[string]*Error{
		"no such study":             {Message: "no such study"},
		"seeds: is empty":           {Field: "seeds", Message: "is empty"},
		"seeds: is empty (say [1])": BadSpec("seeds", "say [1]", "is %s", "empty"),
		"line 3: seeds: is empty":   {Field: "seeds", Message: "is empty", Line: 3},
	} {
		if got := e.Error(); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestAsError(t *testing.T) {
	first, second := BadSpec("a", "", "one"), BadSpec("b", "", "two")
	for name, c := range map[string]struct {
		err  error
		want *Error
	}{
		"nothing":     {nil, nil},
		"itself":      {first, first},
		"wrapped":     {fmt.Errorf("read spec: %w", first), first},
		"first of":    {errors.Join(first, second), first},
		"one in many": {errors.Join(errors.New("x"), fmt.Errorf("y: %w", second)), second},
	} {
		if got := AsError(c.err); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
	if got := AsError(errors.New("disk full")); got.Code != CodeInternal || got.Message != "disk full" {
		t.Errorf("another error is %+v", got)
	}
}

func TestCodeOf(t *testing.T) {
	for want, err := range map[string]error{
		"":           nil,
		CodeBadSpec:  fmt.Errorf("read spec: %w", BadSpec("a", "", "one")),
		CodeInternal: errors.New("disk full"),
	} {
		if got := CodeOf(err); got != want {
			t.Errorf("the code of %v is %q, want %q", err, got, want)
		}
	}
}
