package console

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/ziplaw/ziplaw"
	"github.com/ziplaw/ziplaw/internal/state"
	"github.com/ziplaw/ziplaw/internal/store"
)

func TestExitCodes(t *testing.T) {
	bad := ziplaw.BadSpec("budgets[0]", "at least 128", "64 tokens are too few")
	for _, c := range []struct {
		name string
		err  error
		code int
		says string
	}{
		{"good", nil, 0, ""},
		{"said already", Exit(ExitCells), 3, ""},
		{"tampered", fmt.Errorf("verify: %w", Exit(ExitTampered)), 4, ""},
		{"bad spec", bad, 2, "ziplaw: budgets[0]: 64 tokens are too few\n        at least 128\n"},
		{"bad spec below an operation", fmt.Errorf("read: %w", bad), 2, "64 tokens are too few"},
		{"several", errors.Join(bad, ziplaw.BadSpec("name", "", "missing")), 2, "ziplaw: name: missing\n"},
		{"usage", Usage("--threads", "at least 1", "0 threads"), 2, "ziplaw: --threads: 0 threads\n        at least 1\n"},
		{"not found", state.NoStudy("x"), 1, "there is no study x here"},
		{"running", &ziplaw.Error{Code: ziplaw.CodeStudyRunning, Message: "runs"}, 1, "ziplaw: runs\n"},
		{"anything else", errors.New("connection refused"), 1, "ziplaw: connection refused\n"},
		{"the store doesn't answer", fmt.Errorf("open: %w", &store.Error{Operation: "look for", Name: "bucket b", Class: store.Outage, Err: errors.New("no route to host")}), 1,
			"ziplaw: open: store: look for bucket b: no route to host\n        ziplaw doctor"},
		{"interrupted", ErrInterrupted, 130, "ziplaw: interrupted\n"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs bytes.Buffer
			a := &App{Printer: Printer{Out: &out, Err: &errs}}
			if code := a.finish(c.err); code != c.code || out.Len() > 0 || !strings.Contains(errs.String(), c.says) || c.says == "" && errs.Len() > 0 {
				t.Errorf("exit code %d, on standard output %q, on standard error %q", code, out.String(), errs.String())
			}
		})
	}
}

// TestFailuresInJSON are one value, the first problem under error and all of several under errors.
func TestFailuresInJSON(t *testing.T) {
	first := &ziplaw.Error{Code: ziplaw.CodeBadSpec, Field: "a", Message: "m < n & o", Hint: "h", Line: 3}
	second := &ziplaw.Error{Code: ziplaw.CodeUsage, Message: "second"}
	const firstJSON = `{"code":"bad_spec","field":"a","message":"m < n & o","hint":"h","line":3}`
	for _, c := range []struct {
		name string
		err  error
		want string
	}{
		{"one", first, `{"error":` + firstJSON + `}`},
		{"one in a join", errors.Join(first), `{"error":` + firstJSON + `}`},
		{"unknown", errors.New("x"), `{"error":{"code":"internal","field":"","message":"x","hint":""}}`},
		{"several, in joins of joins", errors.Join(errors.Join(first), second),
			`{"error":` + firstJSON + `,"errors":[` + firstJSON + `,{"code":"usage","field":"","message":"second","hint":""}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out, errs, compact bytes.Buffer
			Printer{Out: &out, Err: &errs, JSON: true}.failure(c.err)
			if err := json.Compact(&compact, out.Bytes()); err != nil || compact.String() != c.want || errs.Len() > 0 {
				t.Errorf("%v\n%s\nwant\n%s", err, compact.String(), c.want)
			}
		})
	}
}

// TestInterruptionsHideWhatTheyCause shows an interruption and not the errors of what it cut short.
func TestInterruptionsHideWhatTheyCause(t *testing.T) {
	failed := errors.New("context canceled while dialing")
	if err := Interrupted(context.Background(), failed); !errors.Is(err, failed) {
		t.Errorf("not interrupted: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Interrupted(ctx, failed); !errors.Is(err, ErrInterrupted) {
		t.Errorf("interrupted: %v", err)
	}
	if err := Interrupted(ctx, nil); err != nil {
		t.Errorf("interrupted after the end: %v", err)
	}
}
